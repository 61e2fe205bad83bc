import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from '../../base/testing/child.ts';
import { pack } from './packed.ts';

const run = promisify(execFile);

/** Somebody's project: a folder of its own, with the packed library and what else it needs. */
export class Consumer {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes one in a new, empty folder: installs the packed library, and these packages (`name@version`) with it. */
  static async install(...packages: readonly string[]): Promise<Consumer> {
    const consumer = await Consumer.empty();
    await consumer.add(...packages);
    return consumer;
  }

  /** Makes one that has nothing, not even the library. */
  static async empty(): Promise<Consumer> {
    return new Consumer(await mkdtemp(join(tmpdir(), 'consumer-')));
  }

  /** Installs the packed library, and these packages. */
  async add(...packages: readonly string[]): Promise<void> {
    const { archive } = await pack();
    // What needs another version of Node.js is run by that one, and installed by this one.
    const quietly = ['--no-audit', '--no-fund', '--save-exact', '--engine-strict=false'];
    await run('npm', ['install', ...quietly, archive, ...packages], { cwd: this.folder });
  }

  /** The project that lies in a folder of this one. */
  inside(folder: string): Consumer {
    return new Consumer(this.path(folder));
  }

  /** The path of a file or folder of the project. */
  path(file: string): string {
    return join(this.folder, file);
  }

  /** Writes a file of the project: a text, or what is to be JSON. */
  async write(file: string, content: string | object): Promise<void> {
    await mkdir(dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** Makes this TypeScript the project's program, an ES module, and compiles it strictly to `program.js`. Rejects with what does not fit. */
  async compile(program: string): Promise<void> {
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      // Packages that others bring have types of their own that do not pass.
      skipLibCheck: true,
      types: ['node'],
    };
    await this.write('package.json', { type: 'module' });
    await this.write('program.ts', program);
    await this.write('tsconfig.json', { compilerOptions, files: ['program.ts'] });
    await this.run('tsc', '-p', '.');
  }

  /** Changes a file of the project. Fails where it has nothing of that kind. */
  async replace(file: string, found: RegExp, replacement: string): Promise<void> {
    const text = await readFile(this.path(file), 'utf8');
    if (!found.test(text)) throw new Error(`${file} has no ${String(found)}`);
    await this.write(file, text.replace(found, replacement));
  }

  /** Starts a program of the project, by the Node.js that one of its packages brings, or by this one; with these variables and none of the credentials of the one who runs the tests. */
  start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
    const { PATH } = process.env;
    const path = [this.path('node_modules/.bin'), PATH].join(delimiter);
    return new Child(command, args, { PATH: path, HOME: this.folder, ...env }, this.folder);
  }

  /** Runs a command that one of the packages brings, and returns its lines. Rejects with them where it fails. */
  async run(bin: string, ...args: readonly string[]): Promise<readonly string[]> {
    const child = this.start(this.path(`node_modules/.bin/${bin}`), args);
    if ((await child.ended) !== 0) throw new Error(`${bin} ${args.join(' ')}:\n${child.lines.join('\n')}`);
    return child.lines;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
