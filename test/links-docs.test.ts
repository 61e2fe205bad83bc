import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectFolder } from '../infra/bundle.ts';

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');
const isThere = (path: string) => existsSync(join(projectFolder, path));

const documents = ['.', 'docs', 'docs/decisions', 'cluster', 'elector'].flatMap((folder) =>
  readdirSync(join(projectFolder, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

/** What a document's links to others of this repository name: a path from the root, and an anchor or `''`. */
function linksIn(document: string): { readonly path: string; readonly anchor: string }[] {
  const targets = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { path: path === '' ? document : normalize(join(dirname(document), path)), anchor };
    });
}

/** The files of this repository that a document names in code, by their paths from the root. */
function filesIn(document: string): string[] {
  const folders = 'app|base|cluster|docs|elector|infra|local|proof|scripts|test|\\.github';
  const path = new RegExp(`\`((?:${folders})/[\\w./-]+\\.(?:ts|mjs|js|md|yml))\``, 'g');
  return [...read(document).matchAll(path)].map(([, file = '']) => file);
}

describe('The documentation', () => {
  for (const document of documents) {
    it(`leads to what there is: ${document}`, () => {
      const broken = linksIn(document).filter(
        ({ path, anchor }) => !isThere(path) || (anchor !== '' && !anchorsOf(read(path)).includes(anchor)),
      );
      assert.deepEqual(broken, []);
      assert.deepEqual(
        filesIn(document).filter((file) => !isThere(file)),
        [],
      );
    });
  }
});
