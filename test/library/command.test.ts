import assert from 'node:assert/strict';
import { Consumer } from './consumer.ts';
import { useLibraryCluster } from './election-row.ts';

describe('The command of the packed library, by npx in a folder that has nothing else', () => {
  const suite = useLibraryCluster();
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install();
  });
  after(() => consumer.remove());

  const npx = async (...args: readonly string[]) =>
    consumer.start(
      'npx',
      ['--no-install', 'k8s-leader-elector', ...args],
      await suite.cluster.kubeconfigEnvironment(),
    );
  const status = async () => {
    const command = await npx('status', '--election', 'my-service');
    assert.equal(await command.ended, 0, command.lines.join('\n'));
    return command.lines.join('\n');
  };

  it('runs a program while it leads, under its guard, and says who leads', async () => {
    const leader = await npx(
      'run',
      '--election',
      'my-service',
      '--id',
      'one',
      '--',
      'sh',
      '-c',
      'echo works; exec sleep 1000',
    );
    await leader.line(/^works$/);
    assert.match(await status(), /^one leads leases default\/my-service since /);
    // npm hands it on through a shell; the command sees that both are gone.
    leader.signal('SIGTERM');
    const next = await npx('run', '--election', 'my-service', '--', 'sh', '-c', 'exit 9');
    assert.equal(await next.ended, 9, next.lines.join('\n'));
    assert.match(await status(), /^nobody leads: leases default\/my-service was released /);
  });
});
