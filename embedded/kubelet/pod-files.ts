import fs from 'node:fs';
import path from 'node:path';
import type { Container, Pod, Volume } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../client/resource-client.ts';

const folderMode = 0o700;
const fileMode = 0o600;

/** Whose names and contents a volume's files have. */
export type VolumeFiles = Readonly<Record<string, string>>;

/**
 * A pod's folder: `volumes/<name>` for each of its volumes and `containers/<name>` for each container's view of
 * files, in which a mount is a symbolic link to the volume. Only this user can enter it.
 */
export class PodFiles {
  readonly #folder: string;

  /** @param podsFolder an existing folder for all pods */
  constructor(podsFolder: string, pod: Stored<Pod>) {
    this.#folder = path.join(podsFolder, pod.metadata.uid);
    makeFolder(this.#folder);
    for (const { name } of pod.spec?.volumes ?? []) makeFolder(this.#volume(name));
  }

  /** Writes a volume's files; each changes at one blow, so that a reader never sees half of it. */
  write(volume: Volume, files: VolumeFiles): void {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.#volume(volume.name), name);
      makeFolder(path.dirname(file));
      fs.writeFileSync(`${file}.new`, content, { mode: fileMode });
      fs.renameSync(`${file}.new`, file);
    }
  }

  /** The root of a container's view of files, with its volumes mounted. */
  containerRoot(container: Container): string {
    const root = path.join(this.#folder, 'containers', container.name);
    makeFolder(root);
    for (const { mountPath, name, subPath } of container.volumeMounts ?? []) {
      const mount = path.join(root, mountPath);
      makeFolder(path.dirname(mount));
      fs.rmSync(mount, { force: true });
      fs.symlinkSync(path.join(this.#volume(name), subPath ?? ''), mount);
    }
    return root;
  }

  /** Removes everything. */
  remove(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  #volume(name: string): string {
    return path.join(this.#folder, 'volumes', name);
  }
}

function makeFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: folderMode });
}
