import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, projectFolder } from './bundle.ts';
import type { Package } from './bundle.ts';

/**
 * Bundles a package and names its image. The tag is a hash of all that goes into the image, so that an unchanged
 * source changes nothing and a changed one rolls out.
 */
export async function imageName(source: Package, project: string = projectFolder): Promise<string> {
  const bundled = await bundle(source, project);
  const recipe = ['.dockerignore', 'Dockerfile'].map(async (path) => ({
    path,
    content: await readFile(join(project, source.folder, path)),
  }));
  const sum = createHash('sha256');
  for (const { path, content } of [...bundled, ...(await Promise.all(recipe))]) {
    sum.update(`${path}\0${content.length}\0`).update(content);
  }
  return `${source.image}:${sum.digest('hex').slice(0, 12)}`;
}
