import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Child, endChildren } from '../base/testing/child.ts';
import { projectFolder } from '../infra/bundle.ts';

/** For each rule, an import that it forbids: the file that has it, and what it imports. A cycle is added to them. */
const breaches: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['base', 'base/clock.ts', 'infra/names.ts'],
  ['election', 'elector/src/election/attempt.ts', 'elector/src/kubernetes/kube-client.ts'],
  ['kubernetes', 'elector/src/kubernetes/lease-lock.ts', 'elector/src/sidecar/flags.ts'],
  ['sidecar', 'elector/src/sidecar/main.ts', 'elector/src/index.ts'],
  ['command', 'elector/src/command/run.ts', 'elector/src/sidecar/flags.ts'],
  ['library', 'elector/src/index.ts', 'elector/src/sidecar/metrics.ts'],
  ['app', 'app/src/app.ts', 'elector/src/election/election-status.ts'],
  ['page', 'app/page/render.ts', 'app/page/browser/morph.ts'],
  ['browser', 'app/page/browser/page.ts', 'base/clock.ts'],
  ['cluster', 'cluster/cluster.ts', 'local/images.ts'],
  ['infra', 'infra/images.ts', 'local/example.ts'],
  ['program', 'index.ts', 'base/log.ts'],
  ['local', 'local/run.ts', 'proof/observation/terms.ts'],
  ['observation', 'proof/observation/terms.ts', 'proof/chaos/chaos.ts'],
  ['simulation', 'proof/simulation/world.ts', 'proof/chaos/chaos.ts'],
  ['experiments', 'proof/bench/memory.ts', 'proof/chaos/chaos.ts'],
  ['proof', 'proof/random.ts', 'proof/chaos/chaos.ts'],
  ['scripts', 'scripts/demo.ts', 'proof/chaos/chaos.ts'],
  ['no-room', 'elsewhere/new.ts', 'base/log.ts'],
  ['test-kit', 'elector/src/testing/memory-lock.ts', 'elector/test/election/faulty-lock.ts'],
  ['examples-stand-alone', 'elector/examples/cron.ts', 'elector/src/index.ts'],
  ['cluster-face', 'local/page-port.ts', 'cluster/cluster.ts'],
  ['no-test-in-use', 'infra/pod.ts', 'base/testing/fake-clock.ts'],
  ['no-test-in-proof', 'proof/bench/table.ts', 'app/test/raw-elector.ts'],
  ['scripts-are-ends', 'test/manifests.test.ts', 'scripts/manifests.ts'],
  ['tests-of-a-room', 'app/test/app.test.ts', 'infra/names.ts'],
  ['declared-packages', 'app/src/page.ts', 'undeclared'],
  ['resolvable', 'app/src/routes.ts', './nowhere.ts'],
];

/** Imports that are right, in each room. */
const allowed: readonly (readonly [from: string, to: string])[] = [
  ['elector/src/election/right.ts', 'base/clock.ts'],
  ['elector/src/kubernetes/lease-lock.ts', 'elector/src/election/right.ts'],
  ['elector/src/sidecar/main.ts', 'elector/src/kubernetes/lease-lock.ts'],
  ['elector/src/command/run.ts', 'elector/src/kubernetes/lease-lock.ts'],
  ['elector/src/index.ts', 'elector/src/kubernetes/lease-lock.ts'],
  ['elector/src/testing/memory-lock.ts', 'elector/src/index.ts'],
  ['elector/src/testing/index.ts', 'base/testing/fake-clock.ts'],
  ['elector/examples/cron.ts', 'k8s-leader-elector'],
  ['elector/examples/cron.ts', '@example/not-installed'],
  ['elector/examples/cron.ts', 'elector/examples/work.ts'],
  ['app/src/app.ts', 'base/clock.ts'],
  ['app/src/page.ts', 'app/page/render.ts'],
  ['app/page/browser/page.ts', 'app/page/render.ts'],
  ['cluster/index.ts', 'cluster/cluster.ts'],
  ['index.ts', 'infra/names.ts'],
  ['local/run.ts', 'cluster/index.ts'],
  ['proof/observation/terms.ts', 'local/run.ts'],
  ['proof/chaos/chaos.ts', 'proof/observation/terms.ts'],
  ['proof/chaos/draw.ts', 'proof/chaos/chaos.ts'],
  ['proof/simulation/app.ts', 'proof/fencing/validity.mjs'],
  ['proof/simulation/world.ts', 'base/testing/object-store.ts'],
  ['scripts/demo.ts', 'local/run.ts'],
  ['test/whole.test.ts', 'proof/chaos/chaos.ts'],
  ['test/whole.test.ts', 'cluster/test/objects.ts'],
];

describe('The walls between the rooms', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'walls-'));
    await cp(join(projectFolder, '.dependency-cruiser.js'), join(folder, '.dependency-cruiser.js'));
    await add('package.json', '{ "type": "module" }');
  });

  afterEach(async () => {
    await endChildren();
    await rm(folder, { recursive: true });
  });

  const add = async (file: string, content = '') => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content, { flag: 'a' });
  };

  const addImport = async (from: string, to: string) => {
    const isFile = to.includes('/') && !/^[.@]/.test(to);
    const path = isFile ? relative(dirname(from), to) : to;
    await add(from, `import '${path.startsWith('.') || !isFile ? path : `./${path}`}';\n`);
    if (isFile) await add(to);
  };

  /** Looks at the folder as `npm run lint` looks at the project. */
  const check = async () => {
    const depcruise = new Child(
      join(projectFolder, 'node_modules/.bin/depcruise'),
      ['.'],
      process.env,
      folder,
    );
    return { exitCode: await depcruise.ended, lines: depcruise.lines.map((line) => line.trim()) };
  };

  it('stand where every import is right', async () => {
    for (const [from, to] of allowed) await addImport(from, to);
    const { exitCode, lines } = await check();
    assert.equal(exitCode, 0, lines.join('\n'));
  });

  it('refuse what each rule forbids, and name the rule', async () => {
    await add('node_modules/undeclared/package.json', '{ "name": "undeclared", "main": "index.js" }');
    await add('node_modules/undeclared/index.js');
    for (const [, from, to] of breaches) await addImport(from, to);
    // A cycle, of types too.
    await add('base/one.ts', "import type { Two } from './two.ts';\nexport type One = Two | null;\n");
    await add('base/two.ts', "import type { One } from './one.ts';\nexport type Two = One[];\n");
    const { exitCode, lines } = await check();
    const errors = [...breaches.map(([rule, from]) => `${rule}: ${from} → `), 'no-cycle: base/'];
    const missing = errors.filter((error) => !lines.some((line) => line.startsWith(`error ${error}`)));
    assert.deepEqual(missing, [], lines.join('\n'));
    assert.notEqual(exitCode, 0);
  });

  it('have a case here for each rule', async () => {
    const file = pathToFileURL(join(projectFolder, '.dependency-cruiser.js')).href;
    const { default: rules } = (await import(file)) as { default: { forbidden: { name: string }[] } };
    assert.deepEqual(
      rules.forbidden.map(({ name }) => name).sort(),
      [...breaches.map(([rule]) => rule), 'no-cycle'].sort(),
    );
  });
});
