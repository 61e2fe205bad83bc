import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolveImage } from '../cluster/index.ts';
import { projectFolder } from '../infra/bundle.ts';
import { app, elector } from '../infra/packages.ts';

/** The base of the project's own images, which holds nothing but Node. */
const base = 'node';

/**
 * As that image's entrypoint does (https://github.com/nodejs/docker-node, docker-entrypoint.sh): what is no program, an option say or a
 * script, is run by Node.
 */
const runOrRunByNode = `
is_program() {
  case "$1" in
    -*) return 1 ;;
    */*) test -x "$1" ;;
    *) command -v "$1" >/dev/null ;;
  esac
}
if is_program "$1"; then exec "$@"; else exec "$0" "$@"; fi
`;
const nodeEntrypoint = ['/bin/sh', '-c', runOrRunByNode, process.execPath];

/** The images that the embedded cluster's node has, whatever their tags. */
export const imageNames: readonly string[] = [elector.image, app.image, base];

/**
 * What an image runs that is on the embedded cluster's node, whatever its tag: the project's own, each the bundle
 * that its Dockerfile would copy, and their base. Undefined for any other.
 */
export const resolveImage: ResolveImage = (image) => {
  const name = image.replace(/:[^:/]*$/, '');
  if (name === base) return { command: nodeEntrypoint, args: [process.execPath] };
  const source = [elector, app].find((candidate) => candidate.image === name);
  if (source === undefined) return undefined;
  const bundle = join(projectFolder, source.folder, 'dist', 'main.cjs');
  return existsSync(bundle) ? { command: [process.execPath, bundle] } : undefined;
};
