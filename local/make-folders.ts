import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const mode = 0o700;

/**
 * Makes a folder, and those above it, where there are none. Returns those that it made, the lowest first. Node's own `recursive` tries
 * for ever where a folder that exists takes no other, such as /proc.
 * @throws Error where it cannot be made; what had been made above it is removed, then
 */
export function makeFolders(path: string): string[] {
  try {
    mkdirSync(path, { mode });
    return [path];
  } catch (error) {
    if (isFolder(path)) return [];
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
  }
  const above = makeFolders(dirname(path));
  try {
    mkdirSync(path, { mode });
    return [path, ...above];
  } catch (error) {
    for (const folder of above) rmdirSync(folder);
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
