import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LeaderElector } from '../../src/index.ts';
import { DevelopmentLock, FakeClock } from '../../src/testing/index.ts';

const variables = ['KUBERNETES_SERVICE_HOST', 'CONTAINER_SANDBOX_MOUNT_POINT'] as const;

describe('DevelopmentLock', () => {
  let folder: string;
  let before: (string | undefined)[];
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'development-lock-'));
    before = variables.map((name) => process.env[name]);
    set('KUBERNETES_SERVICE_HOST', undefined);
    set('CONTAINER_SANDBOX_MOUNT_POINT', folder);
  });
  afterEach(async () => {
    variables.forEach((name, at) => set(name, before[at]));
    await rm(folder, { recursive: true });
  });

  it('lets whoever is given it lead, each by itself, and says so in the log', async () => {
    const lines: string[] = [];
    const log = { info: () => {}, warn: (line: string) => lines.push(line), error: () => {} };
    const clock = new FakeClock();
    const stopping = new AbortController();
    const electors = [1, 2].map(
      () => new LeaderElector({ lock: new DevelopmentLock({ log }), clock, leaseDuration: 15 }),
    );
    const runs = electors.map((elector) => elector.run(stopping.signal));
    await clock.advance(3_600_000);
    assert.deepEqual(
      electors.map((elector) => elector.hasRight),
      [true, true],
    );
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^no election is held: /);
    stopping.abort();
    await clock.advance(0);
    await Promise.all(runs);
  });

  it('refuses to be made in a pod, by its variable, and says what to use instead', () => {
    set('KUBERNETES_SERVICE_HOST', '10.96.0.1');
    assert.throws(
      () => new DevelopmentLock(),
      /this is a pod \(KUBERNETES_SERVICE_HOST is set\).*LeaseLock$/,
    );
  });

  it('refuses to be made in a pod, by its token, where the variables were taken away', async () => {
    const account = join(folder, 'var/run/secrets/kubernetes.io/serviceaccount');
    await mkdir(account, { recursive: true });
    await writeFile(join(account, 'token'), 'abc');
    assert.throws(() => new DevelopmentLock(), /this is a pod \(\/.*\/token exists\)/);
  });

  it('refuses a log that is none', () => {
    assert.throws(() => new DevelopmentLock({ log: {} as Console }), RangeError);
  });
});
