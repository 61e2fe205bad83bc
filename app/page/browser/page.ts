import type { PageView } from '../page-view.ts';
import { copyText } from './copy.ts';
import { LivePage } from './live-page.ts';
import { Updates } from './updates.ts';

const { state = '' } = document.body.dataset;
const page = new LivePage(JSON.parse(state) as Pick<PageView, 'message' | 'handovers'>);
page.draw();

const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
setInterval(() => page.draw(), isStill ? 1000 : 250);

document.getElementById('copy')?.addEventListener('click', () => {
  const command = document.getElementById('command');
  if (command) void copyText(command).then((done) => page.copied(done ? 'copied' : 'refused'));
});

void new Updates(page).run();
