import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('original/', import.meta.url);

/** The original's five files, as one. */
export function originalManifests(): string {
  return readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('---\n');
}
