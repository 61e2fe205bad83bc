import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { endChildren } from '../../base/testing/child.ts';
import { clusterName } from '../../cluster/index.ts';
import { startScript } from '../script.ts';
import { describeFaults } from './describe-faults.ts';
import { describeLeaderService } from './describe-leader-service.ts';
import { RunningExample } from './running-example.ts';

// One cluster for all of it: to start it takes longer than most of these do.
describe('The example', function () {
  this.timeout(60_000);
  let running: RunningExample;
  let stop = () => Promise.resolve();

  before(async () => {
    running = await RunningExample.start();
    stop = () => running.stop();
  });

  after(async () => {
    await endChildren();
    await stop();
  });

  it('is as `npm run e2e` expects it where it is deployed', async function () {
    if (spawnSync('kubectl', ['version', '--client']).error) this.skip();
    const KUBECONFIG = running.example.kubeconfigPath;
    const e2e = startScript(['test/deployed/main.ts', '--context', clusterName], { KUBECONFIG });
    assert.equal(await e2e.ended, 0, e2e.lines.join('\n'));
  });

  describeLeaderService(() => running);
  describeFaults(() => running);
});
