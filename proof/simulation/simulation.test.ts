import assert from 'node:assert/strict';
import fc from 'fast-check';
import { campaign, simulate, type Outcome } from './campaign.ts';
import { elector, patchedElector } from './elector-under-test.ts';
import { faultKinds } from './faults.ts';
import { scenarios, type Scenario } from './scenario.ts';

/** Of some scenarios the one in which most goes wrong. */
function longScenario(seed: number): Scenario {
  const sample = fc.sample(scenarios(40), { seed, numRuns: 20 });
  const [longest] = sample.sort((one, other) => other.faults.length - one.faults.length);
  assert.ok(longest !== undefined);
  return longest;
}

describe('The simulation of the election', () => {
  let outcome: Outcome;

  before(async () => {
    outcome = await campaign({ seed: 1, steps: 100_000, shrinks: false });
  });

  it('violates no invariant, whatever goes wrong', () => {
    assert.equal(outcome.failure, null);
    assert.ok(outcome.steps >= 100_000);
  });

  it('gives the same history for the same seed, byte for byte', async () => {
    const scenario = longScenario(7);
    const first = await simulate(scenario, elector, true);
    const second = await simulate(scenario, elector, true);
    assert.ok(first.world.lines.length > 100);
    assert.deepEqual(second.world.lines, first.world.lines);
    assert.equal(second.world.fingerprint(), first.world.fingerprint());
    const other = await simulate({ ...scenario, seed: scenario.seed + 1 }, elector, true);
    assert.notDeepEqual(other.world.lines, first.world.lines);
  });

  it('gives the same histories for the elector from its bundle, with which mutants are made', async () => {
    const scenario = longScenario(3);
    const original = await simulate(scenario, elector, true);
    const bundled = await simulate(scenario, await patchedElector([]), true);
    assert.ok(original.world.lines.length > 100);
    assert.deepEqual(bundled.world.lines, original.world.lines);
  });

  it('lets every fault happen, and terms begin, end and change hands', () => {
    const { counts } = outcome;
    const missing = faultKinds.filter((kind) => !counts.has(`fault: ${kind}`));
    assert.deepEqual(missing, []);
    for (const event of [
      'elector: started leading',
      'elector: stopped leading',
      'elector: released the lock',
    ]) {
      assert.ok((counts.get(event) ?? 0) > 25, event);
    }
  });

  it('refuses a mutant whose patch no longer fits the source', async () => {
    const patch = { file: 'right.ts', find: 'no such text', replace: '' };
    await assert.rejects(patchedElector([patch]), /no such text.*stands 0 times in elector\/src\/right\.ts/);
  });
});
