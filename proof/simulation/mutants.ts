import type { Patch } from './elector-under-test.ts';

/** A rule of docs/safety.md, by its number; or what it says about fleets that move from one lock to another. */
export type Rule = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 'two locks';

/** The elector with one safety rule broken, in one way. */
export interface Mutant {
  readonly rule: Rule;
  readonly breach: string;
  readonly patches: readonly Patch[];
}

const elector = (find: string, replace: string): Patch => ({ file: 'leader-elector.ts', find, replace });
const observedLock = (find: string, replace: string): Patch => ({ file: 'observed-lock.ts', find, replace });
const right = (find: string, replace: string): Patch => ({ file: 'right.ts', find, replace });
const lockRequests = (find: string, replace: string): Patch => ({ file: 'lock-requests.ts', find, replace });
const otherLock = (find: string, replace: string): Patch => ({ file: 'other-lock.ts', find, replace });
const objectLock = (find: string, replace: string): Patch => ({ file: 'object-lock.ts', find, replace });

/**
 * For each rule of docs/safety.md, ways to break it and nothing else. Breaches that need too rare a coincidence are left to
 * elector/test: a late create that leads at once (rule 3), a second lock written as it is by then.
 */
export const mutants: readonly Mutant[] = [
  {
    rule: 1,
    breach: 'writes carry no resourceVersion',
    patches: [
      objectLock(
        'this.#write(source, write)',
        'this.#write({ ...source, metadata: { ...metadataOf(source), resourceVersion: undefined } }, write)',
      ),
    ],
  },
  {
    rule: 1,
    breach: 'writes carry no uid',
    patches: [
      objectLock(
        'this.#write(source, write)',
        'this.#write({ ...source, metadata: { ...metadataOf(source), uid: undefined } }, write)',
      ),
    ],
  },
  {
    rule: 1,
    breach: 'after a conflict the same decision is written on the version that is there now',
    patches: [
      observedLock(
        'await this.lock.update(observed, write);',
        'await this.lock.update(observed, write).catch(async () => this.lock.update((await this.lock.get()) ?? observed, write));',
      ),
    ],
  },
  {
    rule: 2,
    breach: "the lease counts from the record's renewTime, by the wall clock",
    patches: [
      observedLock(
        ': this.#claim.unchangedSince + this.#claim.leaseDurationMs;',
        `: this.#claim.leaseDurationMs + this.#clock.monotonic()
          - this.#clock.wall() + (this.#claim.record?.renewTime?.getTime() ?? 0);`,
      ),
    ],
  },
  {
    rule: 2,
    breach: "a candidate waits its own lease, not the holder's",
    patches: [
      observedLock(
        'return record.leaseDurationSeconds >= 1 ? record.leaseDurationSeconds * 1000 : this.#ownLeaseDurationMs;',
        'return record === null ? 0 : this.#ownLeaseDurationMs;',
      ),
    ],
  },
  {
    rule: 2,
    breach: 'changes of the lock do not restart the wait while the holder is the same',
    patches: [
      observedLock(
        '    const unchangedSince = this.#lastChangeAt;\n',
        `    const same = object?.reading.kind === 'record' && this.#claim?.record?.holderIdentity === object.reading.record.holderIdentity;
         const unchangedSince = same && this.#claim !== null ? this.#claim.unchangedSince : this.#lastChangeAt;\n`,
      ),
    ],
  },
  {
    rule: 3,
    breach: 'what vanished is free',
    patches: [
      observedLock(
        'if (this.#claim !== null) return { ...this.#claim, unchangedSince };',
        'if (this.#claim !== null) return null;',
      ),
    ],
  },
  {
    rule: 3,
    breach: 'the wait goes on from the last change before the lock vanished',
    patches: [
      observedLock(
        'if (this.#claim !== null) return { ...this.#claim, unchangedSince };',
        'if (this.#claim !== null) return this.#claim;',
      ),
    ],
  },
  {
    rule: 3,
    breach: 'a former leader writes a vanished lock again at once',
    patches: [
      elector(
        'if (this.hasRight && this.#locks.hasAnyVanished)',
        'if (this.#locks.hasAnyVanished && this.#locks.areMine)',
      ),
      elector(
        'if (gone !== undefined && !this.hasRight) {',
        'if (gone !== undefined && !this.#locks.areMine) {',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'the right counts from the answer',
    patches: [
      elector(
        'this.#right.renew(resourceVersion, since)',
        'this.#right.renew(resourceVersion, now(this.#clock))',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'a write that changed nothing renews the right',
    patches: [
      observedLock(
        'return written.resourceVersion === observed?.resourceVersion ? null : written.resourceVersion;',
        'return written.resourceVersion;',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'reading its own name gives the right',
    patches: [
      elector(
        'if (!this.#requests.hasWritten && this.#locks.isAnyMine) this.#right.inheritPromise();',
        'if (this.#locks.areMine && this.#stands && this.#right.renew(this.#locks.all[0]?.object?.resourceVersion ?? "0", now(this.#clock))) this.#onTermBegin();',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'the right lasts as long as the lease',
    patches: [
      {
        file: 'leader-election-config.ts',
        find: 'const renewDeadlineShare = 2 / 3;',
        replace: 'const renewDeadlineShare = 1;',
      },
    ],
  },
  {
    rule: 5,
    breach: 'the answer is a flag that a timer clears',
    patches: [
      elector('#workError: Error | null = null;', '#workError: Error | null = null;\n  #flag = false;'),
      elector('return this.#right.promise() > 0;', 'return this.#flag;'),
      elector('return this.#right.remainingMs() > 0;', 'return this.#flag;'),
      elector(
        'leader: () => (this.hasRight ? this.identity : this.#foreignLeader()),',
        'leader: () => ((this.#flag = this.#right.remainingMs() > 0) ? this.identity : this.#foreignLeader()),',
      ),
    ],
  },
  {
    rule: 5,
    breach: 'only the monotonic clock counts',
    patches: [
      {
        file: 'clock.ts',
        find: 'return Math.max(clock.monotonic() - instant.monotonic, clock.wall() - instant.wall);',
        replace: 'return clock.monotonic() - instant.monotonic;',
      },
    ],
  },
  {
    rule: 5,
    breach: 'only the wall clock counts',
    patches: [
      {
        file: 'clock.ts',
        find: 'return Math.max(clock.monotonic() - instant.monotonic, clock.wall() - instant.wall);',
        replace: 'return clock.wall() - instant.wall;',
      },
    ],
  },
  {
    rule: 6,
    breach: 'the lock is released at once, whoever may still act',
    patches: [elector('this.#nobodyActs() ? -Infinity : this.#right.promisedUntil', '-Infinity')],
  },
  {
    rule: 6,
    breach: 'an answer to the app is not remembered',
    patches: [elector('Math.floor(this.#right.promise())', 'Math.floor(this.#right.remainingMs())')],
  },
  {
    rule: 6,
    breach: 'what onStartedLeading may do unasked is not remembered',
    patches: [elector('if (this.#work.isPending) this.#right.promise();', '')],
  },
  {
    rule: 6,
    breach: 'a restarted elector forgets what its earlier process promised',
    patches: [
      elector('if (!this.#requests.hasWritten && this.#locks.isAnyMine) this.#right.inheritPromise();', ''),
    ],
  },
  {
    rule: 6,
    breach: 'the answer stays "yes" until the release is written',
    patches: [
      elector(
        '    this.#aside.tell(because);\n    this.#right.end(because);\n',
        '    this.#aside.tell(because);\n',
      ),
    ],
  },
  {
    rule: 6,
    breach: 'the answer stays "yes" although the candidate has resigned',
    patches: [elector("this.#right.end('resigned');", '')],
  },
  {
    rule: 7,
    breach: 'the name alone tells who holds the lock',
    patches: [
      observedLock(
        'return this.#claim?.record?.holderIdentity === identity && this.#claim.holderUid === uid;',
        'return this.#claim?.record?.holderIdentity === identity && uid !== identity;',
      ),
    ],
  },
  {
    rule: 7,
    breach: 'a restarted elector leads on without a write',
    patches: [
      elector(
        'if (!this.#requests.hasWritten && this.#locks.isAnyMine) this.#right.inheritPromise();',
        'if (!this.#requests.hasWritten && this.#locks.areMine && this.#stands && this.#right.renew(this.#locks.all[0]?.object?.resourceVersion ?? "0", now(this.#clock))) this.#onTermBegin();',
      ),
    ],
  },
  {
    rule: 8,
    breach: 'the last holder is named for ever',
    patches: [
      observedLock(
        "return this.nameValidForMs > 0 && name !== unknownHolder ? name : '';",
        "return name !== unknownHolder ? name : '';",
      ),
    ],
  },
  {
    rule: 8,
    breach: 'the holder of a lock that vanished is named for another lease',
    patches: [
      observedLock(
        'if (this.#claim !== null) return { ...this.#claim, unchangedSince };',
        'if (this.#claim !== null) return { ...this.#claim, unchangedSince, namedAt: now(this.#clock) };',
      ),
    ],
  },
  {
    rule: 9,
    breach: 'the fencing token is the count of transitions',
    patches: [
      elector(
        '&& this.#right.renew(resourceVersion, since)',
        '&& this.#right.renew(String(1 + this.leaderTransitions), since)',
      ),
    ],
  },
  {
    rule: 9,
    breach: "a process keeps its first term's token",
    patches: [
      right('#term: Term | null = null;', '#term: Term | null = null;\n  #first: string | null = null;'),
      right(
        'const fencingToken = this.term?.fencingToken ?? resourceVersion;',
        'const fencingToken = (this.#first ??= resourceVersion);',
      ),
    ],
  },
  {
    rule: 9,
    breach: 'the token is the version that was read before the write',
    patches: [
      elector(
        'const held = await this.#requests.hold(this.#locks, sentAt);',
        "const read = this.#locks.all[0]?.object?.resourceVersion ?? '0';\n    const written = await this.#requests.hold(this.#locks, sentAt);\n    const held = written && { ...written, resourceVersion: read };",
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'the first of two locks is enough',
    patches: [
      lockRequests(
        '        continue;\n',
        '        this.#renewAt = sentAt.monotonic + pauseMs;\n        return held;\n',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'one of two locks need not be free',
    patches: [
      {
        file: 'observed-locks.ts',
        find: 'return Math.max(...this.all.map((lock) => lock.availableAt(identity, uid)));',
        replace: 'return Math.min(...this.all.map((lock) => lock.availableAt(identity, uid)));',
      },
    ],
  },
  {
    rule: 'two locks',
    breach: 'the other lock is not looked at',
    patches: [
      otherLock(
        'get isLive(): boolean {',
        'get isLive(): boolean {\n    if (this.#readAgainAt > -1) return false;',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'the other lock is not read again after the own was written',
    patches: [
      elector('const isKnown = await this.#requests.read(this.#otherLock);', 'const isKnown = true;'),
    ],
  },
];
