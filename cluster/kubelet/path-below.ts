import fs from 'node:fs';
import path from 'node:path';

/**
 * The path that `name` has below `folder`, for names that come from the API or from a pod. Neither need exist.
 * @param within the folder that symbolic links on the way must not lead out of
 * @throws Error where the name is empty or absolute, or leads out by `..` or by a symbolic link
 */
export function pathBelow(folder: string, name: string, within = folder): string {
  const target = path.resolve(folder, name);
  if (!isBelow(folder, target) || !isBelow(destination(within), destination(target)))
    throw new Error(`${JSON.stringify(name)} does not lie below ${folder}`);
  return target;
}

function isBelow(folder: string, target: string): boolean {
  const way = path.relative(folder, target);
  return way !== '' && way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
}

/** Where a path leads when every link on it is followed; its end need not exist. @throws Error where a link leads nowhere */
function destination(target: string): string {
  if (fs.lstatSync(target, { throwIfNoEntry: false })) return fs.realpathSync(target);
  return path.join(destination(path.dirname(target)), path.basename(target));
}
