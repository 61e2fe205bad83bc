import assert from 'node:assert/strict';
import { ended, lines, lock, pod, storyOf, type Seen } from './telling.ts';

// a leads from 0 s on, and renews at 3 s; b stands by.
const begun: readonly Seen[] = [
  [0, pod('a')],
  [0, pod('b')],
  [0, lock('a')],
  [3000, lock('a')],
];
const first = 'a leads (nobody led before)';

/** What is told of a story that begins with a as its leader. */
const told = (...seen: readonly Seen[]) => lines(storyOf(...begun, ...seen)).slice(1);

describe('The story of an election', () => {
  it('begins with the first leader, and renewals are no news', () => {
    assert.deepEqual(lines(storyOf(...begun)), [first]);
  });

  it('tells that a deleted leader handed over, and how long that took from the deletion on', () => {
    assert.deepEqual(
      told([5000, pod('a', { isStopping: true })], [5060, lock('')], [5080, lock('b')], [5300, podGone('a')]),
      [
        'a, the leader, was deleted: it is told to stop, and hands over before it goes',
        'b leads after 80 ms (a was deleted and released the lock)',
      ],
    );
  });

  it('tells whom the former leader asked to follow, as its note in the lock says', () => {
    const release = { by: 'a', because: 'stopping', successor: 'b' };
    const events: Seen[] = [
      [5000, pod('a', { isStopping: true })],
      [5060, lock('', { release })],
    ];
    const [, leads] = told(...events, [5080, lock('b')]);
    assert.equal(leads, 'b leads after 80 ms (a was deleted and released the lock, and asked b to follow)');
    const [, another] = told(...events, [5080, lock('c')]);
    assert.equal(another, 'c leads after 80 ms (a was deleted and released the lock)');
  });

  for (const [because, why] of [
    ['resigned', 'a resigned and released the lock'],
    ['app ended', 'the app of a ended, so its elector released the lock'],
    ['app failing', 'the app of a failed its health checks, so its elector released the lock'],
    ['stopping', 'a released the lock'],
    ['something new', 'a released the lock'],
  ] as const)
    it(`tells why the lock was released: ${because}`, () => {
      const release = { by: 'a', because, successor: null };
      assert.deepEqual(told([5000, lock('', { release })], [5020, lock('b')]), [
        `b leads after 20 ms (${why})`,
      ]);
    });

  it('does not believe a note of somebody who did not lead', () => {
    const release = { by: 'c', because: 'resigned', successor: 'b' };
    assert.deepEqual(told([5000, lock('', { release })], [5020, lock('b')]), [
      'b leads after 20 ms (a released the lock)',
    ]);
  });

  it('counts from the last renewal where a leader went silent and nobody knows why', () => {
    assert.deepEqual(told([13_020, lock('b')]), [
      'b leads after 10.0 s (a went silent and its lease ran out)',
    ]);
  });

  it('tells that a leader that was killed is back before its lease has run out', () => {
    assert.deepEqual(
      told(
        [5000, { type: 'killed', pod: 'a' }],
        // The kubelet sees one end after the other.
        [5010, pod('a', { ...ended(1, 0, false), isReady: false })],
        [5020, pod('a', { ...ended(1, 1, false), isReady: false })],
        [5200, pod('a', ended(1, 1))],
        [5300, lock('a')],
      ),
      [
        'elector and app of a, the leader, crashed: the lock has its name still, so all wait until its lease has run out, or it is back',
        'a leads again after 300 ms (it crashed and was restarted)',
      ],
    );
  });

  it('tells of a crash that came from elsewhere, by what the kubelet says', () => {
    assert.deepEqual(told([5000, pod('a', ended(1, 0, false))], [13_020, lock('b')]), [
      'elector of a, the leader, crashed: the lock has its name still, so all wait until its lease has run out, or it is back',
      'b leads after 8.0 s (a crashed and its lease ran out)',
    ]);
  });

  it('does not take a crash of the app for one of the leader', () => {
    assert.deepEqual(
      told([5000, pod('a', ended(0, 1, false))], [5200, pod('a', ended(0, 1))], [6000, lock('a')]),
      ['app of a, the leader, crashed'],
    );
  });

  it('tells what a freeze means, who leads after it, and what the frozen one says when it goes on', () => {
    assert.deepEqual(
      told(
        [5000, { type: 'frozen', pod: 'a' }],
        [13_020, lock('b')],
        [20_000, { type: 'thawed', pod: 'a' }],
        [20_004, { type: 'answered', pod: 'a', isLeader: false }],
      ),
      [
        'a, the leader, was frozen (SIGSTOP). Nobody can tell frozen from slow, so all wait until its lease has run out, 8.0 s from now',
        'b leads after 8.0 s (a was frozen and its lease ran out)',
        'a was thawed, and for it no time has passed',
        'a was asked "do you lead?" while it was frozen. The first that it says is no: before it answers it looks at the clock, and b leads on',
      ],
    );
  });

  it('does not say that another leads on where a leader was thawed in time', () => {
    assert.deepEqual(
      told(
        [5000, { type: 'frozen', pod: 'a' }],
        [6000, { type: 'thawed', pod: 'a' }],
        [6004, { type: 'answered', pod: 'a', isLeader: true }],
        [6500, lock('a')],
      ).slice(1),
      [
        'a was thawed, and for it no time has passed',
        'a was asked "do you lead?" while it was frozen. The first that it says is yes: its lease had not run out',
      ],
    );
  });

  it('calls a pod frozen until each of the processes that were stopped has ended', () => {
    const frozen: Seen[] = [...begun, [5000, { type: 'frozen', pod: 'a' }]];
    const half = storyOf(...frozen, [40_000, pod('a', ended(1, 0))]);
    assert.equal(half.frozen?.pod, 'a');
    const whole = storyOf(...frozen, [40_000, pod('a', ended(1, 0))], [40_100, pod('a', ended(1, 1))]);
    assert.equal(whole.frozen, null);
    assert.equal(
      lines(whole).at(-1),
      'a was killed, frozen as it was, and starts anew: it is frozen no longer',
    );
    assert.equal(storyOf(...frozen, [40_000, podGone('a')]).frozen, null);
    assert.equal(storyOf(...frozen, [40_000, { type: 'killed', pod: 'a' }]).frozen, null);
  });

  it('tells of a deleted lock, and does not blame the leader where another leads then', () => {
    assert.deepEqual(told([5000, { type: 'lock deleted' }], [5100, lock('a')]), [
      'the lock was deleted: it counts as held, so nobody takes over because of that',
    ]);
    assert.equal(
      told([5000, { type: 'lock deleted' }], [15_100, lock('b')]).at(-1),
      'b leads after 10.1 s (the lock was deleted)',
    );
  });

  it('says that nobody has to take over where a standby goes', () => {
    assert.deepEqual(told([5000, pod('b', { isStopping: true })], [5100, podGone('b')]), [
      'b, a standby, was deleted: nobody has to take over',
    ]);
  });

  it('tells of a pod that was deleted by force, which is never seen to stop', () => {
    assert.deepEqual(told([5000, podGone('a')], [13_020, lock('b')]), [
      'a, the leader, was deleted by force: its object is gone at once, whatever its processes do',
      'b leads after 8.0 s (a was deleted and its lease ran out)',
    ]);
  });

  it('tells what a pod is doing, not each step of its start', () => {
    const starting = { isReady: false, hasStarted: false };
    const { entries } = storyOf(
      [0, pod('a', { ...starting, status: 'Pending' })],
      [1, pod('a', { ...starting, status: 'Init:0/1' })],
      [2, pod('a', { ...starting, status: 'PodInitializing' })],
      [3, pod('a')],
      [4, pod('a', { isReady: false })],
      [5, pod('a', { status: 'CrashLoopBackOff', isReady: false, restarts: 2 })],
      [6, pod('a', { restarts: 2 })],
      [7, pod('a', { isStopping: true, restarts: 2 })],
      [8, podGone('a')],
    );
    const conditions = entries.flatMap((entry) =>
      entry.kind === 'pod' ? [[entry.condition, entry.restarts]] : [],
    );
    assert.deepEqual(conditions, [
      ['starting', 0],
      ['ready', 0],
      ['not ready', 0],
      ['CrashLoopBackOff', 2],
      ['ready', 2],
      ['Terminating', 2],
      ['gone', 0],
    ]);
  });

  it('keeps the end of a long story, with its numbers', () => {
    const { entries } = storyOf(
      ...Array.from({ length: 300 }, (_, index): Seen => [index, { type: 'note', text: String(index + 1) }]),
    );
    assert.equal(entries.length, 200);
    assert.deepEqual(
      [entries[0], entries.at(-1)].map((entry) => entry?.number),
      [101, 300],
    );
  });
});

function podGone(name: string) {
  return { type: 'pod gone', pod: name } as const;
}
