import { spawn } from 'node:child_process';

const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';

/** Opens a page in the browser of whoever sits here. `onFailure` is told, in a sentence, where that does not work. */
export function openPage(url: string, onFailure: (why: string) => void): void {
  const browser = spawn(opener, [url], { stdio: 'ignore', detached: true });
  browser.once('error', () =>
    onFailure(`there is no ${opener} here that would open a browser: open ${url} in one yourself`),
  );
  browser.once('exit', (code) => {
    if (code !== 0) onFailure(`${opener} did not open a browser: open ${url} in one yourself`);
  });
  browser.unref();
}
