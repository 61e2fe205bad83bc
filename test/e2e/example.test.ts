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

  after(() => stop());

  describeLeaderService(() => running);
  describeFaults(() => running);
});
