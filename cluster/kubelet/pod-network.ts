import fs from 'node:fs';
import path from 'node:path';
import { pathBelow } from './path-below.ts';
import { ServiceRoutes } from './service-routes.ts';

/** The program that a container's Node loads to take part in the network. */
export const preload = new URL('preload/index.mjs', import.meta.url);

const subnet = '10.244.0.';
/** The node's own address there. */
export const nodeAddress = `${subnet}1`;
const firstHost = 2;
const lastHost = 254;

/**
 * The pods' network: addresses that exist only in here, mapped to ports of 127.0.0.1. `<folder>/<address>/<port>` is
 * a symbolic link to `<pid>:<port of 127.0.0.1>`, made by whoever listens (see the preload) and read at each connect.
 */
export class PodNetwork {
  /** What leads to the pods behind Services. */
  readonly services: ServiceRoutes;
  readonly #folder: string;
  #lastHost = firstHost - 1;

  /** @param folder an existing folder for the links, that only this cluster uses */
  constructor(folder: string) {
    this.#folder = folder;
    this.services = new ServiceRoutes(folder);
  }

  /** Gives a pod an address. @throws Error when all 253 are in use */
  add(): string {
    const hosts = lastHost - firstHost + 1;
    for (let step = 0; step < hosts; step += 1) {
      this.#lastHost = this.#lastHost === lastHost ? firstHost : this.#lastHost + 1;
      const address = `${subnet}${this.#lastHost}`;
      if (fs.existsSync(this.folder(address))) continue;
      fs.mkdirSync(this.folder(address), { mode: 0o700 });
      return address;
    }
    throw new Error(`no address left in ${subnet}0/24`);
  }

  /** Takes an address back that `add` gave. */
  remove(address: string): void {
    fs.rmSync(path.join(this.#folder, address), { recursive: true, force: true });
  }

  /** Where the links of `address` lie. @throws Error where that is not below the network's own folder */
  folder(address: string): string {
    return pathBelow(this.#folder, address);
  }

  /**
   * Makes a port of 127.0.0.1, `target`, reachable for pods under `address` and `port`. Under a pod's own address it is
   * reachable for that pod alone, as a port of its localhost.
   */
  expose(address: string, port: number, target = port): void {
    fs.mkdirSync(this.folder(address), { mode: 0o700, recursive: true });
    const link = path.join(this.folder(address), String(port));
    fs.rmSync(link, { force: true });
    fs.symlinkSync(`${process.pid}:${target}`, link);
  }

  /** Takes back what was exposed. */
  conceal(address: string, port: number): void {
    fs.rmSync(path.join(this.folder(address), String(port)), { force: true });
  }

  /** The port of 127.0.0.1 behind an address and port; undefined while nothing listens there. */
  resolve(address: string, port: number): number | undefined {
    return this.#read(address, String(port))?.port;
  }

  /** Forgets the ports of a process that has ended: another process may get them. */
  withdraw(address: string, pid: number): void {
    for (const name of this.#ports(address))
      if (this.#read(address, name)?.pid === pid)
        fs.rmSync(path.join(this.folder(address), name), { force: true });
  }

  /** Calls back when a process of the pod begins or ceases to listen. Returns what ends that. */
  watch(address: string, onChange: () => void): () => void {
    const watcher = fs.watch(this.folder(address), { persistent: false }, onChange);
    // The folder is removed with the pod, which some systems report as an error.
    watcher.on('error', () => undefined);
    return () => watcher.close();
  }

  #ports(address: string): string[] {
    try {
      return fs.readdirSync(this.folder(address));
    } catch {
      // The pod is gone, or one of its processes has replaced its folder by a link.
      return [];
    }
  }

  #read(address: string, name: string): { pid: number; port: number } | undefined {
    try {
      const [pid, port] = fs.readlinkSync(path.join(this.folder(address), name)).split(':');
      return { pid: Number(pid), port: Number(port) };
    } catch {
      return undefined;
    }
  }
}
