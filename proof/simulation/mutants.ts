import type { Patch } from './elector-under-test.ts';
import type { FaultKind } from './faults.ts';

/** A rule of docs/safety.md, by its number; or what it says about fleets that move from one lock to another. */
export type Rule = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 'two locks';

/** The elector with one safety rule broken, in one way. */
export interface Mutant {
  readonly rule: Rule;
  readonly breach: string;
  readonly patches: readonly Patch[];
  /** For a breach that shows in a rare coincidence: the faults that bring it about, and no others. */
  readonly among?: readonly FaultKind[];
}

const patch =
  (file: string) =>
  (find: string, replace: string): Patch => ({ file, find, replace });
const elector = patch('elector/src/election/leader-elector.ts');
const observedLock = patch('elector/src/election/observed-lock.ts');
const lockClaim = patch('elector/src/election/lock-claim.ts');
const right = patch('elector/src/election/right.ts');
const appLife = patch('elector/src/sidecar/app-life.ts');
const lockRequests = patch('elector/src/election/lock-requests.ts');
const otherLock = patch('elector/src/election/other-lock.ts');
const objectLock = patch('elector/src/kubernetes/object-lock.ts');
const observedLocks = patch('elector/src/election/observed-locks.ts');
const config = patch('elector/src/election/leader-election-config.ts');
const clock = patch('base/clock.ts');
const validity = patch('proof/fencing/validity.mjs');

/**
 * For each rule of docs/safety.md, ways to break it and nothing else. Left to elector/test are breaches that need too rare a coincidence (a
 * late create that leads at once, rule 3; a lock that is put back with its holder's uid, rule 7; of two locks, a second one that is written
 * as it is by then, and a first one that is unchanged since the wall clock was set back), and those that no instant of a history shows: a
 * lock that is not renewed while onStartedLeading drains, since the simulated app stops then; and what that was granted when drainTimeout
 * is over, since the simulated app has none (rule 6).
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
    among: ['lock deleted', 'answers lost', 'requests lost', 'slow', 'server writes slowly'],
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
      lockRequests(
        'lock.lock.update(object, write));',
        'lock.lock.update(object, write).catch(async () => lock.lock.update((await lock.lock.get()) ?? object, write)));',
      ),
    ],
  },
  {
    rule: 2,
    breach: "the lease counts from the record's renewTime, by the wall clock",
    patches: [
      observedLock(
        ': freeAt(this.#claim);',
        `: this.#claim.leaseDurationMs + this.#options.clock.monotonic()
          - this.#options.clock.wall() + (this.#claim.record?.renewTime?.getTime() ?? 0);`,
      ),
    ],
  },
  {
    rule: 2,
    breach: "a candidate waits its own lease, not the holder's",
    patches: [
      lockClaim(
        'return leaseDurationSeconds >= 1 ? leaseDurationSeconds * 1000 : ownLeaseDurationMs;',
        'return leaseDurationSeconds === -1 ? 0 : ownLeaseDurationMs;',
      ),
    ],
  },
  {
    rule: 2,
    breach: 'changes of the lock do not restart the wait while the holder is the same',
    patches: [
      lockClaim(
        '  const unchangedSince = at.monotonic;\n',
        `  const same = object?.reading.kind === 'record' && before?.record?.holderIdentity === object.reading.record.holderIdentity;
         const unchangedSince = same && before !== null ? before.unchangedSince : at.monotonic;\n`,
      ),
    ],
  },
  {
    rule: 3,
    breach: 'what vanished is free',
    patches: [
      lockClaim(
        'if (before !== null) return { ...before, unchangedSince };',
        'if (before !== null) return null;',
      ),
    ],
  },
  {
    rule: 3,
    breach: 'the wait goes on from the last change before the lock vanished',
    among: ['lock deleted', 'record lost', 'requests lost', 'partition', 'watches lag', 'slow'],
    patches: [
      lockClaim(
        'if (before !== null) return { ...before, unchangedSince };',
        'if (before !== null) return before;',
      ),
    ],
  },
  {
    rule: 3,
    breach: 'a former leader writes a vanished lock again at once',
    among: ['lock deleted', 'record lost', 'requests lost', 'partition', 'answers lost', 'slow'],
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
    rule: 3,
    breach: 'a state that went back to a release is free',
    among: ['state restored', 'resigns', 'stands aside', 'requests lost', 'watches lag', 'pod deleted'],
    patches: [lockClaim('if (!change.wentBack) return null;', 'return null;')],
  },
  {
    rule: 3,
    breach: 'who held the lock before the state went back is forgotten',
    patches: [
      lockClaim(
        'if (wentBack) return at.monotonic + (before?.leaseDurationMs ?? ownLeaseDurationMs);',
        'if (wentBack) return -Infinity;',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'the right counts from the answer',
    patches: [
      elector(
        'this.#right.renew(resourceVersion, since, !this.#work.isPending)',
        'this.#right.renew(resourceVersion, { monotonic: this.#clock.monotonic(), wall: this.#clock.wall() }, !this.#work.isPending)',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'the right counts from the last of several attempts, whichever succeeded',
    among: ['slow', 'server writes slowly', 'answers lost', 'requests lost', 'lossy'],
    patches: [
      lockRequests(
        '    const send = async () => {\n',
        '    let latest = now(clock);\n    const send = async () => {\n',
      ),
      lockRequests('      const sentAt = now(clock);\n', '      latest = now(clock);\n'),
      lockRequests('      return { written, sentAt };', '      return { written, sentAt: latest };'),
    ],
  },
  {
    rule: 4,
    breach: 'a write that changed nothing renews the right',
    patches: [
      lockRequests(
        'const isUnchanged = resourceVersion === snapshot.object?.resourceVersion;',
        'const isUnchanged = false;',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'reading its own name gives the right',
    patches: [
      elector(
        'if (!this.#requests.hasWritten && this.#locks.isAnyMine) this.#right.inheritGrants();',
        'if (this.#locks.areMine && this.#stands && this.#right.renew(this.#locks.all[0]?.object?.resourceVersion ?? "0", { monotonic: this.#clock.monotonic(), wall: this.#clock.wall() }, true)) this.#onTermBegin();',
      ),
    ],
  },
  {
    rule: 4,
    breach: 'the right lasts as long as the lease',
    patches: [config('const renewDeadlineShare = 2 / 3;', 'const renewDeadlineShare = 1;')],
  },
  {
    rule: 5,
    breach: 'a term that ran out goes on when a clock is set back',
    patches: [right("if (remainingMs <= 0) this.end('not renewed in time');", '')],
  },
  {
    rule: 5,
    breach: 'the app counts by its monotonic clock alone',
    patches: [
      validity(
        'return Math.max(clock.monotonic() - askedAt.monotonic, clock.wall() - askedAt.wall) < validForMs;',
        'return clock.monotonic() - askedAt.monotonic < validForMs;',
      ),
    ],
  },
  {
    rule: 5,
    breach: 'the app counts from the answer',
    patches: [
      validity(
        'return Math.max(clock.monotonic() - askedAt.monotonic, clock.wall() - askedAt.wall) < validForMs;',
        'return (answeredAt.get(askedAt) ?? answeredAt.set(askedAt, present(clock)).get(askedAt)).monotonic + validForMs > clock.monotonic();',
      ),
      validity('/** Whether the answer', 'const answeredAt = new WeakMap();\n/** Whether the answer'),
    ],
  },
  {
    rule: 5,
    breach: 'the answer is a flag that a timer clears',
    patches: [
      elector('#workError: Error | null = null;', '#workError: Error | null = null;\n  #flag = false;'),
      elector('return this.#right.grant() !== null;', 'return this.#flag;'),
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
      clock(
        'return Math.max(clock.monotonic() - instant.monotonic, clock.wall() - instant.wall);',
        'return clock.monotonic() - instant.monotonic;',
      ),
    ],
  },
  {
    rule: 5,
    breach: 'only the wall clock counts',
    patches: [
      clock(
        'return Math.max(clock.monotonic() - instant.monotonic, clock.wall() - instant.wall);',
        'return clock.wall() - instant.wall;',
      ),
    ],
  },
  {
    rule: 6,
    breach: 'the lock is released at once, whoever may still act',
    patches: [elector('this.#nobodyActs() ? -Infinity : this.#right.grantedUntil', '-Infinity')],
  },
  {
    rule: 6,
    breach: 'a later grant shortens an earlier one',
    among: ['wall clock jumps for a while', 'asked by somebody else', 'stands aside', 'pod deleted'],
    patches: [
      right('Math.max(this.#grantedUntil, this.#clock.monotonic() + ms)', 'this.#clock.monotonic() + ms'),
    ],
  },
  {
    rule: 6,
    breach: 'the lock is released while onStartedLeading drains',
    patches: [
      elector('return !this.hasRight && this.#work.drainsUntil > this.#clock.monotonic();', 'return false;'),
    ],
  },
  {
    rule: 6,
    breach: 'an app has ended when its stream has closed',
    among: ["app's stream breaks", 'app hangs', 'pod deleted', 'stands aside'],
    patches: [
      appLife(
        "if (this.#openStreams === 0) this.#state = 'disconnected';",
        "if (this.#openStreams === 0) this.#state = 'ended';",
      ),
    ],
  },
  {
    rule: 6,
    breach: 'an app has ended when its health port refuses',
    among: ['app closes its port first', 'pod deleted', 'stands aside'],
    patches: [
      appLife(
        "if (began !== this.#epoch || this.#state === 'connected' || this.#state === 'unknown') return;",
        '',
      ),
    ],
  },
  {
    rule: 6,
    breach: 'an answer to the app is not remembered',
    patches: [right('    this.#rememberGrantOf(validForMs);\n', '')],
  },
  {
    rule: 6,
    breach: 'a restarted elector forgets what its earlier process promised',
    patches: [
      elector('if (!this.#requests.hasWritten && this.#locks.isAnyMine) this.#right.inheritGrants();', ''),
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
        'return this.holderIdentity === identity && this.#claim?.holderUid === uid;',
        'return this.holderIdentity === identity && uid !== identity;',
      ),
    ],
  },
  {
    rule: 7,
    breach: 'a restarted elector leads on without a write',
    patches: [
      elector(
        'if (!this.#requests.hasWritten && this.#locks.isAnyMine) this.#right.inheritGrants();',
        'if (!this.#requests.hasWritten && this.#locks.areMine && this.#stands && this.#right.renew(this.#locks.all[0]?.object?.resourceVersion ?? "0", { monotonic: this.#clock.monotonic(), wall: this.#clock.wall() }, true)) this.#onTermBegin();',
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
    breach: 'an answer that comes when another attempt has succeeded is dropped, and seen later',
    among: ['slow', 'requests lost', 'answers lost', 'server writes slowly'],
    patches: [
      observedLock('return attempt(() => this.#readOnce(), this.#options);', 'return this.#readOnce();'),
      observedLock(
        'const object = await this.lock.get();',
        'const object = await attempt(() => this.lock.get(), this.#options);',
      ),
    ],
  },
  {
    rule: 8,
    breach: 'the holder of a lock that vanished is named for another lease',
    patches: [
      lockClaim(
        'if (before !== null) return { ...before, unchangedSince };',
        'if (before !== null) return { ...before, unchangedSince, namedAt: at };',
      ),
    ],
  },
  {
    rule: 9,
    breach: 'the fencing token is the count of transitions',
    patches: [
      elector(
        'this.#right.renew(resourceVersion, since, ',
        'this.#right.renew(String(1 + this.leaderTransitions), since, ',
      ),
    ],
  },
  {
    rule: 9,
    breach: "a process keeps its first term's token",
    patches: [
      right('#term: Term | null = null;', '#term: Term | null = null;\n  #first: string | null = null;'),
      right(
        'fencingToken: term?.fencingToken ?? resourceVersion,',
        'fencingToken: (this.#first ??= resourceVersion),',
      ),
    ],
  },
  {
    rule: 9,
    breach: 'the token is the version that was read before the write',
    patches: [
      elector(
        'const held = await this.#requests.hold(this.#locks.snapshot(), purpose);',
        "const read = this.#locks.all[0]?.object?.resourceVersion ?? '0';\n    const written = await this.#requests.hold(this.#locks.snapshot(), purpose);\n    const held = written && { ...written, resourceVersion: read };",
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'the first of two locks is enough',
    patches: [
      lockRequests(
        '        continue;\n',
        '        this.#heldAt = startedAt.monotonic;\n        return held;\n',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'one of two locks need not be free',
    patches: [
      observedLocks(
        'return Math.max(...this.all.map((lock) => lock.availableAt(identity, uid)));',
        'return Math.min(...this.all.map((lock) => lock.availableAt(identity, uid)));',
      ),
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
    patches: [elector('const isKnown = await this.#requests.read(other);', 'const isKnown = true;')],
  },
  {
    rule: 'two locks',
    breach: 'a refusal makes the other lock count as free, although it was seen to be held',
    patches: [
      otherLock(
        'if (!(error instanceof ForbiddenError) || this.#lock.object !== undefined) throw error;',
        'if (!(error instanceof ForbiddenError)) throw error;',
      ),
      otherLock(
        'if (this.#lock.object === undefined) return !this.#isForbidden;',
        'if (this.#isForbidden) return false;',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'who held both locks once is taken to hold both for good',
    among: [
      'elector restarts with another lock',
      'pod replaced by a namesake with another lock',
      'requests lost',
    ],
    patches: [
      otherLock(
        '#isForbidden = false;\n  #readAgainAt',
        '#isForbidden = false;\n  #both = new Set();\n  #readAgainAt',
      ),
      otherLock(
        '&& !this.#lock.isHeldWithOther;',
        '&& !(this.#lock.isHeldWithOther ? this.#both.add(String(this.#lock.holderIdentity)) : this.#both.has(String(this.#lock.holderIdentity)));',
      ),
    ],
  },
  {
    rule: 'two locks',
    breach: 'that somebody holds both is read whoever has written it',
    among: [
      'elector restarts with another lock',
      'pod replaced by a namesake with another lock',
      'requests lost',
    ],
    patches: [
      objectLock(
        "reading.kind === 'record' && reading.record.holderIdentity === holderOfBoth",
        "typeof holderOfBoth === 'string'",
      ),
      objectLock(
        'holdsBoth ? record.holderIdentity : null',
        'holdsBoth ? record.holderIdentity : (annotationsOf(object)[holdsBothAnnotation] as string) ?? null',
      ),
    ],
  },
];
