import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const usualPath = '/usr/bin/chromium';

const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir></fontconfig>
`;

/** The Chromium that is to be used rather than the package's; null where there is none. */
export function installedBrowser(): string | null {
  const chosen = process.env['CHROME_PATH'];
  if (chosen !== undefined) return chosen;
  return existsSync(usualPath) ? usualPath : null;
}

/** The folder of the package's Chromium, for Linux, which is unpacked once per version and checkout. */
export async function packagedChromium(): Promise<string> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@sparticuz/chromium');
  const packageFolder = entry.slice(0, entry.lastIndexOf('/build/'));
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const cache = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.cache');
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;

  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(join(cache, 'chromium-'));
  try {
    await unpack(staging);
    // The package's own font configuration looks for the fonts in /tmp.
    await writeFile(join(staging, 'fonts', 'fonts.conf'), fontConfiguration);
    // Appears as a whole or not at all, since other test runs may look for it at the same time.
    await rename(staging, folder);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** In a process of its own: the package unpacks into TMPDIR, and changes the environment of the process that loads it. */
async function unpack(folder: string): Promise<void> {
  const script = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    // This variable is how the package is told to unpack its shared libraries too.
    env: { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' },
  });
}
