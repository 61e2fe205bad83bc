import assert from 'node:assert/strict';
import { simulate } from '../../simulation/campaign.ts';
import type { FaultKind } from '../../simulation/faults.ts';
import type { PlannedFault, Scenario } from '../../simulation/scenario.ts';

const fault = (kind: FaultKind, after: number, length = 0, target = 0, strength = 0): PlannedFault => ({
  kind,
  after,
  target,
  length,
  strength,
});

function scenario(clockRate: number, faults: readonly PlannedFault[]): Scenario {
  const pod = { clockRate, isLibrary: false, opensEvents: true, namesSuccessors: false, otherLease: 0 };
  return {
    seed: 0,
    locks: { from: 'endpoints', to: 'endpoints' },
    leaseDuration: 3,
    pods: [pod, pod],
    asksElectors: true,
    hasLeaderService: false,
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
  [
    'an answer of one attempt at a read, which comes when another has succeeded, is not seen later than it came',
    {
      seed: 582377170,
      locks: { from: 'endpoints', to: 'endpoints' },
      leaseDuration: 10,
      pods: [
        {
          clockRate: 1.0999999999999999,
          isLibrary: false,
          opensEvents: true,
          namesSuccessors: false,
          otherLease: 0,
        },
        { clockRate: 0.84, isLibrary: false, opensEvents: false, namesSuccessors: false, otherLease: 0 },
      ],
      asksElectors: true,
      hasLeaderService: false,
      faults: [
        fault('slow', 0, 71, 0, 74),
        fault('slow', 111, 66, 0, 99),
        fault('server writes slowly', 84),
        fault('slow', 4, 82),
        fault('slow', 0, 0, 0, 63),
        fault('slow', 4, 0, 0, 79),
        fault('server writes slowly', 72),
        fault('slow', 71, 69, 0, 57),
        fault('server writes slowly', 32),
        fault('server writes slowly', 0, 34, 0, 1),
        fault('slow', 70),
        fault('slow', 7),
        fault('slow', 5, 66, 0, 57),
        fault('server writes slowly', 0, 60, 0, 14),
      ],
    },
  ],
  [
    'a record of its own to which the state went back is not released while whoever held the lock since may still lead',
    {
      seed: 0,
      locks: { from: 'endpointsleases', to: 'endpointsleases' },
      leaseDuration: 3,
      pods: [0.82, 0.824, 0.82].map((clockRate) => ({
        clockRate,
        isLibrary: false,
        opensEvents: false,
        namesSuccessors: false,
        otherLease: 0,
      })),
      asksElectors: false,
      hasLeaderService: false,
      faults: [fault('app hangs', 43, 28), fault('resigns', 136), fault('state restored', 14, 0, 0, 50)],
    },
  ],
];

describe('What the simulation found', () => {
  for (const [what, history] of found) {
    it(what, async () => assert.equal((await simulate(history)).violation, null));
  }
});
