import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolveImage } from '../cluster/index.ts';
import { projectFolder } from '../infra/bundle.ts';
import { app, elector } from '../infra/packages.ts';

/** The base of the project's own images, which holds nothing but Node. */
const base = 'node';

/** The images that the embedded cluster's node has, whatever their tags. */
export const imageNames: readonly string[] = [elector.image, app.image, base];

/**
 * What an image runs that is on the embedded cluster's node, whatever its tag: the project's own, each the bundle
 * that its Dockerfile would copy, and their base. Undefined for any other.
 */
export const resolveImage: ResolveImage = (image) => {
  const name = image.replace(/:[^:/]*$/, '');
  // As in that image: the arguments are the command, and it is Node where there are none.
  if (name === base) return { command: [], args: [process.execPath] };
  const source = [elector, app].find((candidate) => candidate.image === name);
  if (source === undefined) return undefined;
  const bundle = join(projectFolder, source.folder, 'dist', 'main.cjs');
  return existsSync(bundle) ? { command: [process.execPath, bundle] } : undefined;
};
