import fs from 'node:fs';
import path from 'node:path';
import { pathBelow } from './path-below.ts';

/** An address and a port at which something may listen. */
export interface RoutedEndpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * What pods know of Services, as files in the network's folder, which the preload reads at each connect: `<address>/<port>`
 * has an endpoint a line (`10.244.0.2:8080`), and `names/<name>` an address a line, or the name that it stands for.
 */
export class ServiceRoutes {
  readonly #folder: string;
  readonly #names: string;

  /** @param folder the network's */
  constructor(folder: string) {
    this.#folder = folder;
    this.#names = path.join(folder, 'names');
    fs.mkdirSync(this.#names, { mode: 0o700 });
  }

  /** Leads connections to `address` to the endpoints of their port. Those to any other port of it are refused. */
  setAddress(address: string, ports: ReadonlyMap<number, readonly RoutedEndpoint[]>): void {
    const folder = pathBelow(this.#folder, address);
    fs.mkdirSync(folder, { mode: 0o700, recursive: true });
    const served = new Map([...ports].filter(([, endpoints]) => endpoints.length > 0));
    for (const [port, endpoints] of served)
      writeLines(
        path.join(folder, String(port)),
        endpoints.map((endpoint) => `${endpoint.address}:${endpoint.port}`),
      );
    for (const port of fs.readdirSync(folder))
      if (!served.has(Number(port))) fs.rmSync(path.join(folder, port));
  }

  /** Nothing is at that address any more. */
  removeAddress(address: string): void {
    fs.rmSync(pathBelow(this.#folder, address), { recursive: true, force: true });
  }

  /** Gives a name its addresses, none or some, or the one name that it stands for. */
  setName(name: string, targets: readonly string[]): void {
    writeLines(pathBelow(this.#names, name), targets);
  }

  /** Forgets a name. */
  removeName(name: string): void {
    fs.rmSync(pathBelow(this.#names, name), { force: true });
  }
}

/** Writes a file at one blow: no reader finds half of it. */
function writeLines(file: string, lines: readonly string[]): void {
  fs.writeFileSync(`${file}.new`, lines.join('\n'), { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
