import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openStack } from '../../infra/pulumi-cli.ts';
import { destroy, showUrl, up } from '../../infra/stack-commands.ts';
import { withFolder, writePath } from './surroundings.ts';

const stackFile = 'config:\n  example:context: minikube\n';

/**
 * Stands in for Pulumi: records what it is called with and which backend it is told, and writes a salt into the stack's
 * file, as Pulumi does for a backend of its own. `whoami` and `outcome` are what `pulumi whoami` and the rest exit with.
 */
const standIn = (whoami: number, outcome: number) => `
echo "$* [$PULUMI_BACKEND_URL] [\${PULUMI_CONFIG_PASSPHRASE-none}]" >> calls
[ "$1" = whoami ] && exit ${whoami}
echo "encryptionsalt: v1:abc" >> Pulumi.dev.yaml
[ "$1" = stack ] && [ "$2" = select ] && exit 0
exit ${outcome}`;

interface Project {
  readonly folder: string;
  /** Runs one of the commands in this project. */
  readonly run: (command: typeof up, ...args: string[]) => Promise<void>;
  /** What the stand-in was called with, one line a call. */
  readonly calls: () => string[];
}

/** A project's folder with its stack file, and on PATH a stand-in for pulumi (null: none). */
function withProject(
  pulumi: string | null,
  test: (project: Project) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  return withFolder(async (folder) => {
    writeFileSync(join(folder, 'Pulumi.dev.yaml'), stackFile);
    const PATH = writePath(folder, pulumi === null ? {} : { pulumi });
    await test({
      folder,
      run: async (command, ...args) => command(await openStack(folder, { ...env, PATH }, false), args),
      calls: () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'),
    });
    assert.equal(
      readFileSync(join(folder, 'Pulumi.dev.yaml'), 'utf8'),
      stackFile,
      'the stack file was changed',
    );
  });
}

/** What is printed on standard output by console.log while something runs. */
async function printed(run: () => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const usual = console.log;
  console.log = (line: string) => void lines.push(line);
  try {
    await run();
  } finally {
    console.log = usual;
  }
  return lines.join('\n');
}

describe('npm run up', () => {
  it('uses the backend that the user is logged in to, and prints nothing of it', () =>
    withProject(standIn(0, 0), async ({ folder, run, calls }) => {
      assert.equal(await printed(() => run(up, '--diff')), '');
      assert.deepEqual(calls(), [
        'whoami --non-interactive [] [none]',
        'stack select --create dev [] [none]',
        'up --stack dev --yes --diff [] [none]',
      ]);
      assert.ok(!existsSync(join(folder, '.pulumi-state')));
    }));

  it('keeps the stack in the project where the user is not logged in, and prints how to find it there', () =>
    withProject(standIn(1, 0), async ({ folder, run, calls }) => {
      const output = await printed(() => run(up));
      const url = pathToFileURL(join(folder, '.pulumi-state')).href;
      assert.deepEqual(calls(), [
        'whoami --non-interactive [] [none]',
        `stack select --create dev [${url}] []`,
        `up --stack dev --yes [${url}] []`,
      ]);
      assert.ok(existsSync(join(folder, '.pulumi-state')));
      assert.ok(output.includes(`export PULUMI_BACKEND_URL='${url}'\n`), output);
      assert.ok(output.endsWith("export PULUMI_CONFIG_PASSPHRASE=''"), output);
    }));

  it('lets Pulumi ask where there is a terminal', () =>
    withFolder(async (folder) => {
      const PATH = writePath(folder, { pulumi: standIn(0, 0) });
      await up(await openStack(folder, { PATH }, true), []);
      assert.match(readFileSync(join(folder, 'calls'), 'utf8'), /^up --stack dev \[/m);
    }));

  it('keeps a passphrase that the user has set', () =>
    withProject(
      standIn(1, 0),
      async ({ run, calls }) => {
        const output = await printed(() => run(up));
        assert.match(calls()[1] ?? '', /\[mine\]$/);
        assert.ok(!output.includes('PASSPHRASE'), output);
      },
      { PULUMI_CONFIG_PASSPHRASE: 'mine' },
    ));

  it('that fails is an error, and the stack file is as it was', () =>
    withProject(standIn(1, 255), async ({ run }) => {
      await assert.rejects(run(up), /pulumi up --stack dev --yes ended with 255/);
    }));

  it('without pulumi is an error that says how to get it, or to do without', () =>
    withProject(null, async ({ run }) => {
      await assert.rejects(
        run(up),
        /pulumi cannot be run.*pulumi\.com\/docs\/install.*npm run --silent manifests/,
      );
    }));

  it('leaves no stack file where there was none', () =>
    withFolder(async (folder) => {
      const PATH = writePath(folder, { pulumi: standIn(0, 0) });
      await up(await openStack(folder, { PATH }, false), []);
      assert.ok(!existsSync(join(folder, 'Pulumi.dev.yaml')));
    }));
});

describe('npm run url', () => {
  it("asks pulumi for the stack's URL", () =>
    withProject(standIn(0, 0), async ({ run, calls }) => {
      await run(showUrl);
      assert.equal(calls()[1], 'stack output url --stack dev [] [none]');
    }));

  it('of a stack that is not there is an error with the next step', () =>
    withProject(standIn(0, 1), async ({ run }) => {
      await assert.rejects(run(showUrl), /the stack dev has no URL\. Next: npm run up/);
    }));
});

describe('npm run destroy', () => {
  it('destroys the stack', () =>
    withProject(standIn(1, 0), async ({ run, calls }) => {
      await run(destroy, '--debug');
      assert.match(calls()[1] ?? '', /^destroy --stack dev --yes --debug \[file:/);
    }));
});
