import { createHash } from 'node:crypto';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import type { PodView } from './pod-view.ts';

/** The page as HTML. Style and script are part of it, so that a page is never put together from two pods' answers. */
export function renderPage({ pod, election, lines }: PodView): string {
  return `<!doctype html>
<html lang="en" data-state="${election.state}" data-pod="${escapeHtml(pod)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title id="title">${escapeHtml(lines.title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>Leader election</h1>
<article>
<div class="emblem" aria-hidden="true"></div>
<div class="pod">
<p id="hostname">${escapeHtml(lines.hostname)}</p>
<p id="ip">${escapeHtml(lines.ip)}</p>
</div>
<div class="election" role="status">
<p id="verdict">${escapeHtml(lines.verdict)}</p>
<p id="meaning">${escapeHtml(lines.meaning)}</p>
</div>
<p id="time">${escapeHtml(lines.time)}</p>
</article>
<p id="notice" role="status"></p>
<noscript><p>Reload this page to see what has changed.</p></noscript>
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

/** The Content-Security-Policy under which the page works: its own style, script and events, and nothing else. */
export const pagePolicy = {
  'default-src': ["'none'"],
  'style-src': [hashSource(pageStyle)],
  'script-src': [hashSource(pageScript)],
  'connect-src': ["'self'"],
  'img-src': ['data:'],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

function hashSource(inline: string): string {
  return `'sha256-${createHash('sha256').update(inline).digest('base64')}'`;
}

/** `text` for use between tags and within quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
