import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Child } from '../../base/testing/child.ts';

const run = promisify(execFile);
const elector = fileURLToPath(new URL('../../elector', import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** Somebody's project, with the packed library as its only dependency. */
export class Consumer {
  readonly folder: string;
  /** The files of the package, as `npm pack` lists them. */
  readonly packed: readonly string[];

  private constructor(folder: string, packed: readonly string[]) {
    this.folder = folder;
    this.packed = packed;
  }

  /** Packs the library and installs it into a new, empty folder. */
  static async install(): Promise<Consumer> {
    const folder = await mkdtemp(join(tmpdir(), 'consumer-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: elector });
    const [pack] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', ...quietly, `./${pack.filename}`], { cwd: folder });
    return new Consumer(
      folder,
      pack.files.map(({ path }) => path),
    );
  }

  /** Runs a program of the project, with these variables and none of the credentials of the one who runs the tests. */
  async start(file: string, code: string, env: NodeJS.ProcessEnv): Promise<Child> {
    await writeFile(join(this.folder, file), code);
    const { PATH } = process.env;
    return new Child(process.execPath, [file], { PATH, HOME: this.folder, ...env }, this.folder);
  }

  /**
   * What tsc says about files of the project (their code by their names) with these options, libraries checked as well, where
   * nothing but @types/node is there besides. Returns its lines.
   */
  async typeErrors(
    files: Readonly<Record<string, string>>,
    options: Readonly<Record<string, unknown>>,
  ): Promise<string[]> {
    for (const [name, code] of Object.entries(files)) await writeFile(join(this.folder, name), code);
    const compilerOptions = {
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2022',
      lib: ['es2022'],
      types: ['node'],
      typeRoots: [dirname(dirname(resolve('@types/node/package.json')))],
      ...options,
    };
    const project = join(this.folder, 'tsconfig.json');
    await writeFile(project, JSON.stringify({ compilerOptions, files: Object.keys(files) }));
    const tsc = [resolve('typescript/bin/tsc'), '--pretty', 'false', '-p', project];
    const child = new Child(process.execPath, tsc, process.env, this.folder);
    await child.ended;
    return child.lines;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
