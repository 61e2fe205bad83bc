import type { Mutant } from './mutant.ts';
import {
  inElector,
  inCandidacy,
  inRight,
  inLockRequests,
  inConfig,
  inClock,
  inValidity,
  importNow,
  inherit,
  leadByReading,
} from './patches.ts';

/** Rules 4 and 5: what gives the right, and for how long. */
export const rightToLead: readonly Mutant[] = [
  {
    rule: 4,
    breach: 'the right counts from the answer',
    patches: [
      inCandidacy(
        'this.right.renew(resourceVersion, since, !this.work.isPending)',
        'this.right.renew(resourceVersion, now(this.#options.clock), !this.work.isPending)',
      ),
      importNow,
    ],
  },
  {
    rule: 4,
    breach: 'the right counts from the last of several attempts, whichever succeeded',
    among: ['slow', 'server writes slowly', 'answers lost', 'requests lost', 'lossy'],
    patches: [
      inLockRequests(
        '    const send = async () => {\n',
        '    let latest = now(clock);\n    const send = async () => {\n',
      ),
      inLockRequests('      const sentAt = now(clock);\n', '      latest = now(clock);\n'),
      inLockRequests('      return { written, sentAt };', '      return { written, sentAt: latest };'),
    ],
  },
  {
    rule: 4,
    breach: 'a write that changed nothing renews the right',
    patches: [
      inLockRequests(
        'const isUnchanged = resourceVersion === snapshot.object?.resourceVersion;',
        'const isUnchanged = false;',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'reading its own name gives the right',
    patches: [inCandidacy(inherit, `if (${leadByReading}) this.#onTermBegin();`), importNow],
  },
  {
    rule: 4,
    breach: 'the right lasts as long as the lease',
    patches: [inConfig('const renewDeadlineShare = 2 / 3;', 'const renewDeadlineShare = 1;')],
  },
  {
    rule: 5,
    breach: 'a term that ran out goes on when a clock is set back',
    patches: [inRight("if (remainingMs <= 0) this.end('not renewed in time');", '')],
  },
  {
    rule: 5,
    breach: 'the app counts by its monotonic clock alone',
    patches: [
      inValidity(
        'return Math.max(clock.monotonic() - askedAt.monotonic, clock.wall() - askedAt.wall) < validForMs;',
        'return clock.monotonic() - askedAt.monotonic < validForMs;',
      ),
    ],
  },
  {
    rule: 5,
    breach: 'the app counts from the answer',
    patches: [
      inValidity(
        'return Math.max(clock.monotonic() - askedAt.monotonic, clock.wall() - askedAt.wall) < validForMs;',
        'return (answeredAt.get(askedAt) ?? answeredAt.set(askedAt, present(clock)).get(askedAt)).monotonic + validForMs > clock.monotonic();',
      ),
      inValidity('/** Whether the answer', 'const answeredAt = new WeakMap();\n/** Whether the answer'),
    ],
  },
  {
    rule: 5,
    breach: 'whileLeading() runs work without asking',
    patches: [inElector('    if (!this.hasRight) return false;\n', '')],
  },
  {
    rule: 5,
    breach: 'the answer is a flag that a timer clears',
    patches: [
      inElector("#run: 'before' |", "#flag = false;\n  #run: 'before' |"),
      inElector('return this.#candidacy.right.grant() !== null;', 'return this.#flag;'),
      inElector('return this.#candidacy.right.endIfOver() > 0;', 'return this.#flag;'),
      inElector(
        'leader: () => (this.hasRight ?',
        'leader: () => ((this.#flag = this.#candidacy.right.endIfOver() > 0) ?',
      ),
    ],
  },
  {
    rule: 5,
    breach: 'only the monotonic clock counts',
    patches: [
      inClock(
        'return Math.max(clock.monotonic() - instant.monotonic, clock.wall() - instant.wall);',
        'return clock.monotonic() - instant.monotonic;',
      ),
    ],
  },
  {
    rule: 5,
    breach: 'only the wall clock counts',
    patches: [
      inClock(
        'return Math.max(clock.monotonic() - instant.monotonic, clock.wall() - instant.wall);',
        'return clock.wall() - instant.wall;',
      ),
    ],
  },
];
