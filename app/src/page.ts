import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from '../page/render.ts';
import { fill } from '../page/template.ts';
import type { PageState } from './page-state.ts';

// Beside the bundle of this program, and seen from this source as well.
const folder = join(import.meta.dirname, '..', 'dist');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

const templates = { content: read('content.html'), pod: read('pod.html'), handover: read('handover.html') };
const style = read('page.css');
const link = '<link rel="stylesheet" href="page.css" />';
const frame = read('page.html').replace(link, () => `<style>${style}</style>`);

/** What keeps the page up to date in a browser. It knows all of the page, so it may come from another pod than that did. */
export const pageScript = read('page.js');

/**
 * The page as HTML: everything that is known now. Its style is part of it; its script is not, since that has the page's words in it
 * as well, which would be in the way of whoever looks for them in what `curl` prints.
 */
export function renderPage(state: PageState): string {
  const view = { ...state, sinceMs: 0, connection: { kind: 'none' }, copyResult: 'none' } as const;
  const { title, content } = render(view, templates);
  return String(fill(frame, { title, content, state: JSON.stringify(state) }));
}

/** The Content-Security-Policy under which the page works: its own style, script and events, and nothing else. */
export const pagePolicy = {
  'default-src': ["'none'"],
  'style-src': [hashSource(style)],
  'script-src': ["'self'"],
  'connect-src': ["'self'"],
  'img-src': ['data:'],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

function hashSource(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
