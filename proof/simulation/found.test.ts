import assert from 'node:assert/strict';
import { simulate } from './campaign.ts';
import type { FaultKind } from './faults.ts';
import type { Fault, Scenario } from './scenario.ts';

const fault = (kind: FaultKind, after: number, length = 0, target = 0, strength = 0): Fault => ({
  kind,
  after,
  target,
  length,
  strength,
});

function scenario(clockRate: number, faults: readonly Fault[]): Scenario {
  const pod = { clockRate, isLibrary: false, opensEvents: true, otherLease: 0 };
  return {
    seed: 0,
    locks: { from: 'endpoints', to: 'endpoints' },
    leaseDuration: 3,
    pods: [pod, pod],
    asksElectors: true,
    faults,
  };
}

/** What the simulation found once. */
const found: readonly (readonly [string, Scenario])[] = [
  [
    'a former leader that missed its successor does not take a vanished lock for its own',
    scenario(0.82, [
      fault('requests lost', 38, 72),
      fault('requests lost', 108, 7),
      fault('requests lost', 8),
      fault('requests lost', 2, 3),
      fault('lock deleted', 0),
    ]),
  ],
  [
    'a lock that came back and vanished again while a candidate was cut off is not taken for one that stayed away',
    scenario(1, [
      fault('requests lost', 40, 13),
      fault('lock deleted', 0),
      fault('partition', 1, 70, 2),
      fault('requests lost', 97, 25),
      fault('lock deleted', 0),
    ]),
  ],
  [
    'a lock that was seen released, was acquired unseen and vanished is not free',
    scenario(0.82, [
      fault('pod lost with its node', 1),
      fault('watches lag', 57, 84, 0, 34),
      fault('pod deleted', 139, 12),
      fault('lock deleted', 34),
    ]),
  ],
];

describe('What the simulation found', () => {
  for (const [what, history] of found) {
    it(what, async () => assert.equal((await simulate(history)).violation, null));
  }
});
