import fs from 'node:fs';
import path from 'node:path';
import type { Container, Pod, Volume, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../client/resource-client.ts';
import { pathBelow } from './path-below.ts';

const folderMode = 0o700;
const fileMode = 0o600;

// No key and no path of a volume begins with two dots: Kubernetes keeps such names for the kubelet.
const newFile = '..new';

/** Whose names and contents a volume's files have. */
export type VolumeFiles = Readonly<Record<string, string>>;

/**
 * A pod's folder: `volumes/<name>` for each of its volumes and `containers/<name>` for each container's view of
 * files, in which a mount is a symbolic link to the volume. Only this user can enter it.
 *
 * No name that a pod has, and no symbolic link that its containers have made, leads out of the folder: where one would, the method
 * throws an Error that says so.
 */
export class PodFiles {
  readonly #podsFolder: string;
  readonly #uid: string;

  /** @param podsFolder an existing folder for all pods */
  constructor(podsFolder: string, pod: Stored<Pod>) {
    this.#podsFolder = podsFolder;
    this.#uid = pod.metadata.uid;
    makeFolder(this.#part('volumes'));
    makeFolder(this.#part('containers'));
    for (const { name } of pod.spec?.volumes ?? []) makeFolder(this.#volume(name));
  }

  /** Writes a volume's files; each changes at one blow, so that a reader never sees half of it. */
  write(volume: Volume, files: VolumeFiles): void {
    const folder = this.#volume(volume.name);
    const written = path.join(folder, newFile);
    for (const [name, content] of Object.entries(files)) {
      const file = pathBelow(folder, name);
      makeFolder(path.dirname(file));
      fs.rmSync(written, { recursive: true, force: true });
      fs.writeFileSync(written, content, { mode: fileMode, flag: 'wx' });
      fs.renameSync(written, file);
    }
  }

  /** The root of a container's view of files, with its volumes mounted. */
  containerRoot(container: Container): string {
    const root = pathBelow(this.#part('containers'), container.name);
    makeFolder(root);
    for (const volumeMount of container.volumeMounts ?? []) this.#mount(root, volumeMount);
    return root;
  }

  /** Removes everything. */
  remove(): void {
    fs.rmSync(path.join(this.#podsFolder, this.#uid), { recursive: true, force: true });
  }

  #mount(root: string, { name, mountPath, subPath = '' }: VolumeMount): void {
    // As in a real container, no `..` leads above the root.
    const { dir, base } = path.parse(path.resolve('/', mountPath));
    const folder = dir === '/' ? root : pathBelow(root, dir.slice(1), this.#folder);
    makeFolder(folder);
    const mount = path.join(folder, base);
    fs.rmSync(mount, { force: true });
    fs.symlinkSync(this.#mounted(this.#volume(name), subPath), mount);
  }

  #mounted(volume: string, subPath: string): string {
    if (subPath === '') return volume;
    const mounted = pathBelow(volume, subPath);
    if (!fs.existsSync(mounted)) makeFolder(mounted);
    return mounted;
  }

  get #folder(): string {
    return pathBelow(this.#podsFolder, this.#uid);
  }

  #part(name: 'volumes' | 'containers'): string {
    return pathBelow(this.#folder, name);
  }

  #volume(name: string): string {
    return pathBelow(this.#part('volumes'), name);
  }
}

function makeFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: folderMode });
}
