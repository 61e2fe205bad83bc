import fc from 'fast-check';
import type { LockKind } from '../../base/lock-kinds.ts';
import { faultGroups, type FaultKind } from './faults.ts';
import { fastestRate, slowestRate } from './machine.ts';
import type { Rollout } from './rollout.ts';

/** A fault that is to be injected. Shares are 0 to 100. */
export interface PlannedFault {
  readonly kind: FaultKind;
  /** When: in hundredths of a lease after the one before. */
  readonly after: number;
  /** Whom it befalls: 0 whoever led last, 1 and up the pod of that slot. */
  readonly target: number;
  /** How long it lasts: 100 is two leases; short ones are frequent. */
  readonly length: number;
  /** How bad it is. */
  readonly strength: number;
}

/** All that a history follows from. */
export interface Scenario {
  readonly seed: number;
  readonly locks: Rollout;
  /** Of the first pod; seconds. */
  readonly leaseDuration: number;
  readonly pods: readonly PodPlan[];
  /** Whether every elector is asked after each step; else only the apps ask, so that nothing happens by being asked. */
  readonly asksElectors: boolean;
  /** Whether there is a Service that leads to the leader. */
  readonly hasLeaderService: boolean;
  readonly faults: readonly PlannedFault[];
}

export interface PodPlan {
  /** Of its machine's clocks, as a share of true time. */
  readonly clockRate: number;
  readonly isLibrary: boolean;
  /** Whether its app follows its elector's events, by which its end can be seen. */
  readonly opensEvents: boolean;
  /** Whether its elector names a successor when it hands over: now and then one that is wrong, dead or late. */
  readonly namesSuccessors: boolean;
  /** Whether its lease differs from the first pod's; seconds, or 0 where it does not. */
  readonly otherLease: number;
}

const share = fc.nat(100);

function faultOf(kinds: readonly FaultKind[]): fc.Arbitrary<PlannedFault> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    after: fc.oneof(fc.nat(8), fc.nat(60), fc.nat(150)),
    target: fc.oneof(fc.constant(0), fc.nat(3)),
    length: share,
    strength: share,
  });
}

/**
 * Of a few kinds, mostly of two groups, since kinds that need each other then meet more often than among all; with `among`, of few of
 * these.
 */
function faults(most: number, among: readonly FaultKind[] | null): fc.Arbitrary<PlannedFault[]> {
  const groups = among === null ? mixedGroups : fc.constant([[...among]]);
  return groups
    .map((some) => some.flat())
    .chain((some) => fc.subarray(some, { minLength: 1, maxLength: Math.min(8, some.length) }))
    .chain((kinds) => fc.array(faultOf(kinds), { maxLength: most, size: 'max' }));
}

const mixedGroups = fc.oneof(
  { arbitrary: fc.subarray(faultGroups, { minLength: 2, maxLength: 2 }), weight: 3 },
  fc.constant(faultGroups),
);

const clockRate = fc
  .oneof(fc.constantFrom(0, 50, 100), share)
  .map((rate) => slowestRate + (rate / 100) * (fastestRate - slowestRate));

const pod: fc.Arbitrary<PodPlan> = fc.record({
  clockRate,
  isLibrary: fc.oneof({ arbitrary: fc.constant(false), weight: 3 }, fc.boolean()),
  opensEvents: fc.boolean(),
  namesSuccessors: fc.boolean(),
  otherLease: fc.oneof({ arbitrary: fc.constant(0), weight: 15 }, fc.constantFrom(0, 3, 10, 15)),
});

const both = 'endpointsleases';

/** Mostly none; the steps of docs/migration.md, and back; and the step from one lock to the other that skips `endpointsleases`. */
const rollout: fc.Arbitrary<Rollout> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom<LockKind>('endpoints', 'leases', both, both)
      .map((lock): Rollout => ({ from: lock, to: lock })),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Rollout>(
      { from: 'endpoints', to: both },
      { from: both, to: 'leases' },
      { from: 'leases', to: both },
      { from: both, to: 'endpoints' },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Rollout>(
      { from: 'endpoints', to: 'leases' },
      { from: 'leases', to: 'endpoints' },
    ),
  },
);

/** Scenarios with up to `mostFaults` faults, of whatever kinds or of those in `among` alone. */
export function scenarios(
  mostFaults: number,
  among: readonly FaultKind[] | null = null,
): fc.Arbitrary<Scenario> {
  return fc.record({
    seed: fc.nat(),
    locks: rollout,
    leaseDuration: fc.constantFrom(3, 10, 15),
    pods: fc.array(pod, { minLength: 2, maxLength: 3, size: 'max' }),
    asksElectors: fc.oneof({ arbitrary: fc.constant(true), weight: 3 }, fc.boolean()),
    hasLeaderService: fc.boolean(),
    faults: faults(mostFaults, among),
  });
}
