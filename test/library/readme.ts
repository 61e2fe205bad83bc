import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { ObjectToWrite } from '../../cluster/index.ts';

const readme = readFileSync(new URL('../../elector/README.md', import.meta.url), 'utf8');

/** The README's example, as it stands there: an ES module. */
export const example = only(blocks('js').filter((code) => code.includes('new LeaderElector')));

/** The README's example of `changes()`, to be read after `example`. */
export const changesExample = only(blocks('js').filter((code) => code.includes('changes(')));

/** The example with its imports as the README says they are in CommonJS. */
export const commonJsExample = example.replaceAll(
  /^import (\{.*\}) from ('.*');$/gm,
  'const $1 = require($2);',
);

/** The objects that give the example its rights. */
export const rights: readonly ObjectToWrite[] = parseAllDocuments(only(blocks('yaml'))).map(
  (document) => document.toJS() as ObjectToWrite,
);

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code = '']) => code,
  );
}

function only(found: readonly string[]): string {
  const [one, another] = found;
  if (one === undefined || another !== undefined) {
    throw new Error(`elector/README.md has ${found.length} of these examples; expected 1`);
  }
  return one;
}
