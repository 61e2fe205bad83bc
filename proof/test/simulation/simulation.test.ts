import assert from 'node:assert/strict';
import fc from 'fast-check';
import { campaign, simulate, type CampaignOutcome } from '../../simulation/campaign.ts';
import { originalElector, patchedElector } from '../../simulation/elector-under-test.ts';
import { faultKinds } from '../../simulation/faults.ts';
import { scenarios, type Scenario } from '../../simulation/scenario.ts';

/** Of some scenarios the one in which most goes wrong. */
function longScenario(seed: number): Scenario {
  const sample = fc.sample(scenarios(40), { seed, numRuns: 20 });
  const [longest] = sample.sort((one, other) => other.faults.length - one.faults.length);
  assert.ok(longest !== undefined);
  return longest;
}

describe('The simulation of the election', () => {
  let outcome: CampaignOutcome;

  before(async () => {
    outcome = await campaign({ seed: 1, steps: 100_000, shrinks: false });
  });

  it('violates no invariant, whatever goes wrong', () => {
    assert.equal(outcome.failure, null);
    assert.ok(outcome.steps >= 100_000);
  });

  it('gives the same history for the same seed, byte for byte', async () => {
    const scenario = longScenario(7);
    const first = await simulate(scenario, originalElector, true);
    const second = await simulate(scenario, originalElector, true);
    assert.ok(first.world.lines.length > 100);
    assert.deepEqual(second.world.lines, first.world.lines);
    assert.equal(second.world.fingerprint(), first.world.fingerprint());
    const other = await simulate({ ...scenario, seed: scenario.seed + 1 }, originalElector, true);
    assert.notDeepEqual(other.world.lines, first.world.lines);
  });

  it('gives the same histories for the elector from its bundle, with which mutants are made', async () => {
    const scenario = longScenario(3);
    const original = await simulate(scenario, originalElector, true);
    const bundled = await simulate(scenario, await patchedElector([]), true);
    assert.ok(original.world.lines.length > 100);
    assert.deepEqual(bundled.world.lines, original.world.lines);
  });

  for (const kind of faultKinds) {
    it(`lets this happen: ${kind}`, async () => {
      const strengths = [0, 30, 49, 60, 100, 10];
      const faults = strengths.map((strength) => ({ kind, after: 90, target: 0, length: 20, strength }));
      const pod = { clockRate: 1, isLibrary: false, opensEvents: true, namesSuccessors: true, otherLease: 0 };
      const { world, violation } = await simulate({
        seed: 1,
        locks: { from: 'endpoints', to: kind.includes('another lock') ? 'endpointsleases' : 'endpoints' },
        leaseDuration: 3,
        pods: [pod, pod, pod],
        asksElectors: true,
        hasLeaderService: true,
        faults,
      });
      assert.equal(violation, null);
      assert.ok((world.counts.get(`fault: ${kind}`) ?? 0) > 0);
    });
  }

  it('lets terms begin, end and change hands', () => {
    const { counts } = outcome;
    for (const event of [
      'elector: successfully acquired lease',
      'elector: stopped leading',
      'elector: released the lock',
    ]) {
      assert.ok((counts.get(event) ?? 0) > 25, event);
    }
  });

  it('refuses a mutant whose patch no longer fits the source', async () => {
    const patch = { file: 'elector/src/election/right.ts', find: 'no such text', replace: '' };
    await assert.rejects(
      patchedElector([patch]),
      /no such text.*stands 0 times in elector\/src\/election\/right\.ts/,
    );
  });
});
