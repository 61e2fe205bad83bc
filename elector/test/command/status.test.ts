import assert from 'node:assert/strict';
import { CommandSuite, leasePath, workerPid } from './command-process.ts';

const collection = leasePath.slice(0, leasePath.lastIndexOf('/'));

/** The Lease as client-go writes it. */
function lease(spec: object) {
  const metadata = { name: 'example', namespace: 'default' };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

describe('k8s-leader-elector status', () => {
  let suite: CommandSuite;

  beforeEach(async () => {
    suite = await CommandSuite.start();
  });
  afterEach(() => suite.stop());

  it('says who leads, and since when, in one line, and ends with 0', async () => {
    const time = new Date().toISOString().replace('Z', '000Z');
    suite.server.objects.post(
      collection,
      lease({
        holderIdentity: 'kube-scheduler',
        leaseDurationSeconds: 3600,
        acquireTime: time,
        renewTime: time,
      }),
    );
    const status = suite.command('status', '--election', 'example');
    assert.equal(await status.ended, 0);
    assert.equal(status.lines.length, 1);
    assert.match(status.lines[0] ?? '', /^kube-scheduler leads leases default\/example since 20.*Z$/);
  });

  it('reads, and writes nothing', async () => {
    await suite.command('status', '--election', 'example').ended;
    assert.deepEqual(
      suite.server.requests.map(({ method, path }) => `${method} ${path}`),
      [`GET ${leasePath}`],
    );
  });

  it('reads an Endpoints object where the lock is one', async () => {
    const status = suite.command('status', '--election', 'example', '--lock', 'endpoints');
    assert.equal(await status.ended, 0);
    assert.deepEqual(status.lines, ['nobody leads: there is no endpoints default/example']);
  });

  it('ends with 1, and one line, where the lock cannot be read', async () => {
    await suite.server.close();
    const status = suite.command('status', '--election', 'example');
    assert.equal(await status.ended, 1);
    assert.equal(status.lines.length, 1);
    assert.match(status.lines[0] ?? '', /leases\/example.*ECONNREFUSED/);
  });

  it('with --watch tells each change as it happens, and no renewals', async () => {
    const watch = suite.command('status', '--election', 'example', '--watch');
    await watch.line(/Z nobody leads: there is no leases default\/example$/);
    const first = suite.run('a');
    await watch.line(/Z a leads leases default\/example since /);
    await workerPid(first);
    const second = suite.run('b');
    await second.line(/new leader elected leader=a/);
    first.signal('SIGTERM');
    await watch.line(/Z nobody leads: leases default\/example was released by a \(stopping\)/);
    await watch.line(/Z b leads leases default\/example since /);
    second.signal('SIGKILL');
    await watch.line(/Z nobody leads: b has let its lease of 3 s on leases default\/example run out/);
    assert.equal(watch.lines.filter((line) => / (a|b) leads /.test(line)).length, 2);
  });

  it('with --watch ends once nobody reads it any more, and calls that no error', async () => {
    const watch = suite.command('status', '--election', 'example', '--watch');
    await watch.line(/Z nobody leads/);
    watch.closeStdout();
    suite.run('a');
    assert.equal(await watch.ended, 0);
    assert.doesNotMatch(watch.lines.join('\n'), /EPIPE/);
  });
});
