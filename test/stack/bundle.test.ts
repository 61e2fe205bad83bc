import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle, projectFolder } from '../../infra/bundle.ts';
import { imageName } from '../../infra/image-name.ts';
import { app, elector } from '../../infra/packages.ts';
import { withFolder } from './surroundings.ts';

const greeter = { folder: 'greeter', image: 'greeter', entryPoints: ['main', 'greeting'] };

/** A project with one small package, in a folder of its own. */
function writeProject(project: string): void {
  const files = {
    'package.json': '{"type":"module"}',
    'greeter/Dockerfile': 'FROM node:24-slim\n',
    'greeter/.dockerignore': '*\n',
    'greeter/src/main.ts':
      "import { name } from './name.ts';\n" +
      "import('./greeting.ts').then(({ greeting }) => console.log(greeting + name));\n",
    'greeter/src/name.ts': "/* @license MIT */\nexport const name: string = 'world';\n",
    'greeter/src/greeting.ts': "export const greeting: string = 'hello ';\n",
  };
  mkdirSync(join(project, 'greeter/src'), { recursive: true });
  for (const [path, content] of Object.entries(files)) writeFileSync(join(project, path), content);
}

describe('a bundle', () => {
  it('runs without its sources, and loads another entry point only when that is imported', () =>
    withFolder(async (project) => {
      writeProject(project);
      await bundle(greeter, project);
      const main = join(project, 'greeter/dist/main.cjs');
      assert.equal((await promisify(execFile)(process.execPath, [main])).stdout, 'hello world\n');
      assert.ok(!readFileSync(main, 'utf8').includes('hello'));
    }));

  it('is left alone when nothing changed, and leaves nothing beside it', () =>
    withFolder(async (project) => {
      writeProject(project);
      await bundle(greeter, project);
      const main = join(project, 'greeter/dist/main.cjs');
      const first = statSync(main);
      await bundle(greeter, project);
      const second = statSync(main);
      assert.deepEqual([second.ino, second.mtimeMs], [first.ino, first.mtimeMs]);
      assert.deepEqual(readdirSync(join(project, 'greeter/dist')), ['greeting.cjs', 'main.cjs']);
    }));

  it('of a source with a mistake is an error that names file and line', () =>
    withFolder(async (project) => {
      writeProject(project);
      writeFileSync(join(project, 'greeter/src/name.ts'), '\nexport const =');
      await assert.rejects(bundle(greeter, project), /greeter\/src\/name\.ts:2/);
    }));
});

describe('an image', () => {
  for (const source of [elector, app])
    it(`is given every file of its bundle: ${source.image}`, async () => {
      const [everything, ...included] = readFileSync(
        join(projectFolder, source.folder, '.dockerignore'),
        'utf8',
      )
        .trim()
        .split('\n');
      assert.equal(everything, '*');
      const patterns = included.map(
        (line) => new RegExp(`^${line.slice(1).replace('.', '\\.').replace('*', '[^./][^/]*')}$`),
      );
      const files = await bundle(source);
      assert.deepEqual(
        files.map(({ path }) => path).filter((path) => !patterns.some((pattern) => pattern.test(path))),
        [],
      );
    });
});

describe("an image's name", () => {
  /** The name after `change` in a fresh project. */
  const nameAfter = (change: (project: string) => void) =>
    withFolder((project) => {
      writeProject(project);
      change(project);
      return imageName(greeter, project);
    });
  const append = (path: string, text: string) => (project: string) => {
    writeFileSync(join(project, path), text, { flag: 'a' });
  };

  it('is the same in every folder', async () => {
    const name = await nameAfter(() => undefined);
    assert.match(name, /^greeter:[0-9a-f]{12}$/);
    assert.equal(await nameAfter(() => undefined), name);
  });

  for (const path of ['src/main.ts', 'src/greeting.ts', 'Dockerfile', '.dockerignore']) {
    it(`is another after a change of ${path}`, async () => {
      const changed = await nameAfter(
        append(`greeter/${path}`, path.endsWith('.ts') ? 'console.log(1)' : '# 1'),
      );
      assert.notEqual(changed, await nameAfter(() => undefined));
    });
  }

  it('stays when a source changes in ways that do not reach the bundle', async () => {
    const changed = await nameAfter(
      append('greeter/src/name.ts', '// a comment\nexport type Name = string;\n'),
    );
    assert.equal(changed, await nameAfter(() => undefined));
  });
});
