import assert from 'node:assert/strict';
import { colourless, coloured } from '../../colours.ts';
import type { Story } from '../../story/story.ts';
import { untold } from '../../story/story.ts';
import { frame, type ViewState } from '../../view/frame.ts';
import { painted } from '../../view/line.ts';
import { lock, pod, storyOf, type Seen } from '../story/telling.ts';

const name = (suffix: string) => `leader-elector-8687c6b796-${suffix}`;
const [a, b, c, d] = [name('aaaaa'), name('bbbbb'), name('ccccc'), name('ddddd')];

const begun: readonly Seen[] = [
  [0, pod(a)],
  [0, pod(b)],
  [0, pod(c)],
  [2000, lock(a)],
];
const told = (...seen: readonly Seen[]) => storyOf(...begun, ...seen);

function state(story: Story, differing: Partial<ViewState> = {}): ViewState {
  return {
    story,
    awaited: null,
    url: 'http://127.0.0.1:30646',
    kubeconfig: '/home/jo/example/.embedded/kubeconfig',
    replicas: 3,
    commands: ['kubectl get pods'],
    hasKeys: true,
    isHelpShown: false,
    ...differing,
  };
}

/** The screen as text. Times of day, which depend on where the test runs, are shown as they are of length. */
function shown(view: ViewState, [width, height]: readonly [number, number], now: number): string[] {
  return frame(view, { width, height }, now).map((spans) =>
    painted(spans, colourless)
      .replace(/^\d\d:\d\d:\d\d/, 'hh:mm:ss')
      .trimEnd(),
  );
}

describe('The live view', () => {
  it('shows page, pods, the lease, what is going on, what happened and the keys, on 80×24', () => {
    const story = told([5000, lock(a)], [6000, { type: 'frozen', pod: a }]);
    assert.deepEqual(shown(state(story), [80, 24], 9000), [
      'Leader election: of 3 pods one leads (▶). Take it away, and see what happens.',
      'Pods run one app. While the LEASE runs, no other may lead. TERM: changes so far.',
      'Page        http://127.0.0.1:30646',
      'Kubeconfig  /home/jo/example/.embedded/kubeconfig',
      '',
      '  POD    ROLE               SINCE  TERM  RESTARTS  LEASE',
      '▶ aaaaa  leader, frozen       3 s     0         0  █████████████░░░░░░░░   6.0 s',
      '  bbbbb  standby              9 s               0',
      '  ccccc  standby              9 s               0',
      '',
      '',
      'NOW  You froze aaaaa. The others cannot tell frozen from slow, so none of them',
      '     may take over. They wait until its lease has run out: 6.0 s',
      '',
      'hh:mm:ss  aaaaa leads (nobody led before)',
      'hh:mm:ss  aaaaa, the leader, was frozen (SIGSTOP). Nobody can tell frozen from',
      '          slow, so all wait until its lease has run out, 9.0 s from now',
      '',
      '',
      '',
      '',
      '',
      '',
      'd delete   k crash   f thaw   o open page   h help   q quit',
    ]);
  });

  it('leaves out what is least telling on 60×15', () => {
    const story = told(
      [5000, pod(a, { isStopping: true })],
      [5050, lock('')],
      [5060, lock(b, { transitions: 1 })],
    );
    assert.deepEqual(shown(state(story), [60, 15], 7060), [
      'Page        http://127.0.0.1:30646',
      '  POD    ROLE               SINCE  TERM  LEASE',
      '  aaaaa  ending               2 s',
      '▶ bbbbb  leader               2 s     1  █████████░░   8.0 s',
      '  ccccc  standby              7 s',
      '',
      'NOW  bbbbb leads: it alone may act. It renews its lease',
      '     every 3.3 s, and nobody takes over while it does.',
      '',
      'hh:mm:ss  aaaaa leads (nobody led before)',
      'hh:mm:ss  aaaaa, the leader, was deleted: it is told to',
      '          stop, and hands over before it goes',
      'hh:mm:ss  bbbbb leads after 60 ms (aaaaa was deleted and',
      '          released the lock)',
      'd delete  k crash  f freeze  o open page  h help  q quit',
    ]);
  });

  it('fits any terminal, whatever the names', () => {
    const long = 'a-pod-of-somebody-who-names-it-as-if-nobody-had-to-read-that';
    const stories = [
      untold,
      told([5000, lock(long)]),
      told(...Array.from({ length: 60 }, (_, index): Seen => [5000, pod(`${long}-${index}`)])),
      told(
        [5000, { type: 'note', text: 'x'.repeat(500) }],
        [6000, { type: 'note', text: '日本 '.repeat(80) }],
      ),
    ];
    for (const story of stories)
      for (const isHelpShown of [false, true])
        for (const width of [1, 2, 10, 20, 39, 40, 59, 60, 79, 80, 200])
          for (const height of [1, 2, 3, 5, 8, 12, 15, 20, 24, 80]) {
            const view = state(story, { isHelpShown, url: null, kubeconfig: `/home/${long}/${long}` });
            const lines = frame(view, { width, height }, 9000).map((spans) => painted(spans, colourless));
            const size = `${width}×${height}`;
            assert.ok(lines.length <= Math.min(height, 24), `${size}: ${lines.length} lines`);
            const widest = Math.max(...lines.map((line) => Array.from(line).length));
            assert.ok(widest <= Math.min(width, 80), `${size}: ${widest} wide`);
          }
  });

  it('has the leader among the pods that fit, and says how many do not', () => {
    const many = Array.from({ length: 30 }, (_, index): Seen => [0, pod(name(String(10_000 + index)))]);
    const story = storyOf(...many, [0, pod(a)], [2000, lock(a)]);
    const lines = shown(state(story, { replicas: 31 }), [80, 24], 3000);
    const rows = lines.filter((line) => /^[▶ ] \w{5} {2}/.test(line));
    assert.match(rows.at(-1) ?? '', /^▶ aaaaa {2}leader/);
    assert.ok(lines.includes(`  and ${31 - rows.length} more`), lines.join('\n'));
  });

  it('keeps everything in its place while a pod is replaced', () => {
    const place = (story: Story) =>
      shown(state(story), [80, 24], 9000).findIndex((line) => line.startsWith('NOW'));
    assert.equal(place(told([5000, pod(b, { isStopping: true })], [5000, pod(d)])), place(told()));
  });

  it('counts from the thaw on, or from when it no longer leads, how long a pod has stood by', () => {
    const row = (story: Story, now: number) =>
      shown(state(story), [80, 24], now).find((text) => text.startsWith('  aaaaa')) ?? '';
    const frozen: Seen[] = [
      [5000, { type: 'frozen', pod: a }],
      [12_000, lock(b)],
    ];
    assert.match(row(told(...frozen), 14_000), /frozen +9 s/);
    assert.match(row(told(...frozen, [20_000, { type: 'thawed', pod: a }]), 23_000), /standby +3 s/);
    assert.match(row(told([5000, lock('')], [5020, lock(b)]), 9020), /standby +4 s/);
  });

  const situations: [what: string, story: Story, now: number, pattern: RegExp][] = [
    ['nobody has led', untold, 0, /^Nobody leads yet/],
    ['the leader renews', told([5000, lock(a)]), 6000, /^aaaaa leads: it alone may act/],
    [
      'nobody knows why it is silent',
      told(),
      8000,
      /^aaaaa has not renewed its lease for 6\.0 s\..* 4\.0 s$/,
    ],
    ['it is about to end', told([5000, pod(a, { isStopping: true })]), 6000, /^aaaaa is about to end/],
    ['it crashed', told([5000, { type: 'killed', pod: a }]), 6000, /^aaaaa crashed .*run out: 6\.0 s$/],
    ['the lock is free', told([5000, lock('')]), 6000, /^aaaaa released the lock/],
    ['its lease has run out', told(), 12_000, /^The lease of aaaaa has run out/],
    ['the lock is gone', told([5000, { type: 'lock deleted' }]), 6000, /^Somebody deleted the lock/],
    [
      'who led before is frozen still',
      told([5000, { type: 'frozen', pod: a }], [12_000, lock(b)]),
      13_000,
      /^bbbbb leads\. aaaaa is frozen still/,
    ],
  ];
  for (const [what, story, now, pattern] of situations)
    it(`says how things are when ${what}`, () => {
      const lines = shown(state(story), [80, 24], now);
      const from = lines.findIndex((line) => line.startsWith('NOW  '));
      assert.match(`${lines[from]?.slice(5) ?? ''} ${lines[from + 1]?.trim() ?? ''}`.trim(), pattern);
    });

  it('says what is awaited until somebody leads', () => {
    const awaited = 'Starting: the Pulumi program index.ts is being loaded …';
    assert.ok(shown(state(untold, { awaited }), [80, 24], 0).includes(`NOW  ${awaited}`));
    assert.ok(!shown(state(told(), { awaited }), [80, 24], 3000).join('\n').includes(awaited));
  });

  it('names who holds the lock also where there is no such pod', () => {
    const lines = shown(state(told([5000, { type: 'pod gone', pod: a }])), [80, 24], 7000);
    assert.ok(
      lines.some((line) => line.startsWith('▶ aaaaa  leader, gone')),
      lines.join('\n'),
    );
  });

  it('explains itself, its keys and what to try, on 80×24, and without a keyboard says how to end it', () => {
    const help = shown(
      state(told(), { isHelpShown: true, commands: ['one', 'two', 'three', 'four'] }),
      [80, 24],
      3000,
    );
    for (const text of ['f  freeze the leader', 'q  end it', 'four', 'h: back'])
      assert.ok(
        help.some((line) => line.startsWith(text)),
        help.join('\n'),
      );
    assert.equal(shown(state(told(), { hasKeys: false }), [80, 24], 3000).at(-1), 'Ctrl-C quit');
  });

  it('keeps the keys for help and the end where not all of them fit', () => {
    const last = (width: number) => shown(state(told()), [width, 24], 3000).at(-1);
    assert.equal(last(45), 'd delete  k crash  f freeze  h help  q quit');
    assert.equal(last(20), 'h help  q quit');
  });

  it('passes on no control characters, in colour or not', () => {
    const story = told([5000, lock('a\u001b[2Jb')], [5001, { type: 'note', text: 'x\ny\u009b' }]);
    for (const paint of [colourless, coloured]) {
      const text = frame(state(story), { width: 80, height: 24 }, 6000).map((spans) => painted(spans, paint));
      assert.doesNotMatch(text.join(''), /\[2J(?<!\?\[2J)|\n|\u009b/);
    }
  });
});
