// The folder of links and files that is the pods' network. POD_NETWORK names the pod's own folder in it.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** The pod's own folder. */
export const own = process.env.POD_NETWORK;

/** The folder of an address; the address need not be one of this network. */
export const folderOf = (address) => path.join(path.dirname(own), String(address));

/** The target of the link `name` in `folder`; undefined where there is none. */
export function readLink(folder, name) {
  try {
    return fs.readlinkSync(path.join(folder, String(name)));
  } catch {
    return undefined;
  }
}

/** The lines of the file `name` in `folder`; undefined where there is none. */
export function readLines(folder, name) {
  try {
    return fs
      .readFileSync(path.join(folder, String(name)), 'utf8')
      .split('\n')
      .filter(Boolean);
  } catch {
    return undefined;
  }
}
