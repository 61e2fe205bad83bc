import assert from 'node:assert/strict';
import { cameBack, type Handover } from '../../page/handovers.ts';
import type { PageMessage, PodReport } from '../../page/message.ts';
import type { PageView } from '../../page/page-view.ts';
import { podsNow, sceneOf } from '../../page/scene.ts';
import { handoverRow } from '../../page/words/handover-row.ts';
import { headline } from '../../page/words/headline.ts';
import { nextCommand } from '../../page/words/next-command.ts';
import { podCard } from '../../page/words/pod-card.ts';
import { pageMessage } from '../page-message.ts';

const leader = 'leader-elector-65468dd656-r6twr';
const standby = 'leader-elector-65468dd656-x2k4d';

const pod = (name: string, silentMs: number, role: PodReport['role'] = 'standby'): PodReport => ({
  name,
  ip: '10.244.0.7',
  role,
  silentMs,
  upMs: 60_000,
});

function view(given: Partial<PageMessage> = {}, more: Partial<PageView> = {}): PageView {
  const message = pageMessage({
    pod: standby,
    election: { state: 'following', leader },
    pods: [pod(standby, 0), pod(leader, 300, 'leading')],
    ...given,
  });
  const connection = { kind: 'live', formerPod: null } as const;
  return { message, sinceMs: 0, handovers: [], connection, copyResult: 'none', ...more };
}

const past = (because: string, given: Partial<Handover> = {}): Handover => ({
  from: leader,
  to: standby,
  because,
  at: 0,
  tookMs: 131,
  leaderTransitions: 4,
  ...given,
});

describe('What the page makes of what a pod knows:', () => {
  const scenes: Record<string, [PageView, string]> = {
    'a leader that renews and is heard': [view(), 'led'],
    'this pod leads': [view({ election: { state: 'leading', leader: standby }, expiresInMs: 0 }), 'led'],
    'a renewal is overdue, but the leader is heard': [view({ expiresInMs: 2000 }), 'led'],
    'the leader is not heard, but renews': [view({ pods: [pod(standby, 0), pod(leader, 9000)] }), 'led'],
    'neither renewed nor heard': [
      view({ expiresInMs: 4000, pods: [pod(standby, 0), pod(leader, 5000)] }),
      'leader-silent',
    ],
    'not renewed, and never heard': [view({ expiresInMs: 4000, pods: [pod(standby, 0)] }), 'leader-silent'],
    'the same, as time passes after the message': [
      view({ expiresInMs: 9000 }, { sinceMs: 4000 }),
      'leader-silent',
    ],
    'an older elector, and the leader is heard': [view({ expiresInMs: null }), 'led'],
    'an older elector, and the leader is not heard': [
      view({ expiresInMs: null, pods: [pod(standby, 0), pod(leader, 5000)] }),
      'leader-silent',
    ],
    'nobody leads': [view({ election: { state: 'nobody' } }), 'nobody'],
    'the elector is silent': [view({ election: { state: 'silent' } }), 'unsure'],
    'no pod answers': [view({}, { connection: { kind: 'lost', forMs: 12_000 } }), 'lost'],
  };
  for (const [what, [seen, kind]] of Object.entries(scenes)) {
    it(`${what}: ${kind}`, () => assert.equal(sceneOf(seen).kind, kind));
  }

  const frozen = view({ expiresInMs: 3400, pods: [pod(standby, 0), pod(leader, 6800)] });

  it('says of a silent leader for how long it is silent, that nobody can tell why, and when its lease runs out', () => {
    const { verdict, meaning } = headline(sceneOf(frozen), frozen);
    assert.equal(verdict, 'r6twr leads, but is silent');
    assert.match(meaning, /^Nothing from it for 6 s\. .*Nobody can tell.* Its lease runs out in 4 s;/);
  });

  it('says the same few words while nothing happens, for screen readers', () => {
    const later = { ...frozen, sinceMs: 2000 };
    assert.equal(headline(sceneOf(later), later).verdict, headline(sceneOf(frozen), frozen).verdict);
  });

  it('says for how long no pod has answered, and asks the right question', () => {
    const lost = view({}, { connection: { kind: 'lost', forMs: 12_345 } });
    assert.match(
      headline(sceneOf(lost), lost).meaning,
      /^Nothing has been heard for 12 s\. Has npm start ended/,
    );
  });

  it('lets pods get older after the message, but for the one that it comes from', () => {
    assert.deepEqual(
      podsNow(view({}, { sinceMs: 700 })).map(({ silentMs }) => silentMs),
      [0, 1000],
    );
  });

  it('says for a while that a leader crashed and leads on, and tells it of what happened', () => {
    const comeback = past(cameBack, { from: leader, to: leader, at: 57_500, tookMs: null });
    const crashed = view({ time: 60_000 }, { handovers: [comeback] });
    assert.match(
      headline(sceneOf(crashed), crashed).meaning,
      /It crashed, but came back 2 s ago, .* so it leads on\./,
    );
    const later = { ...crashed, sinceMs: 20_000 };
    assert.doesNotMatch(headline(sceneOf(later), later).meaning, /crashed/);
    const { kind, what, why, took } = handoverRow(comeback, 60_000);
    assert.deepEqual([kind, what, took], ['silent', 'r6twr crashed, and leads on', '']);
    assert.match(why, /started again before its lease had run out/);
  });

  it('counts nobody among those who stand by who is gone after a handover', () => {
    const handedOver = view(
      { time: 60_000, pods: [pod(standby, 0), pod(leader, 300, 'leading'), pod('pod-c', 300)] },
      { handovers: [past('stopping', { from: 'pod-c', to: leader, at: 59_900 })] },
    );
    assert.match(headline(sceneOf(handedOver), handedOver).meaning, /One other pod stands by, ready/);
  });

  const cards: Record<string, [PodReport, readonly Handover[], string]> = {
    'the leader': [pod(leader, 300), [], 'leader'],
    'a standby': [pod(standby, 300), [], 'standby'],
    'a standby without its elector': [pod(standby, 300, 'unsure'), [], 'unsure'],
    'one that is not heard of': [pod(standby, 4000), [], 'silent'],
    'one that handed over and is still heard': [
      pod('pod-c', 300),
      [past('stopping', { from: 'pod-c' })],
      'standby',
    ],
    'one that handed over, and was not heard of since': [
      pod('pod-c', 300),
      [past('stopping', { from: 'pod-c', at: 59_900 })],
      'gone',
    ],
    'one that handed over and ended': [pod('pod-c', 4000), [past('stopping', { from: 'pod-c' })], 'gone'],
    'one whose lease ran out': [pod('pod-c', 4000), [past('expired', { from: 'pod-c' })], 'silent'],
    'one that led again since it handed over': [
      pod('pod-c', 4000),
      [past('expired', { to: 'pod-c' }), past('stopping', { from: 'pod-c' })],
      'silent',
    ],
    'one that handed over, and then led again itself': [
      pod('pod-c', 4000),
      [past('app ended', { from: 'pod-c', to: 'pod-c' })],
      'silent',
    ],
  };
  for (const [what, [seen, handovers, look]] of Object.entries(cards)) {
    it(`shows ${what} as ${look}`, () =>
      assert.equal(podCard(seen, sceneOf(view()), { handovers, nowMs: 60_000 }).look, look));
  }

  it('tells of a handover who led after whom, why, how long it took, and how long ago', () => {
    assert.deepEqual(handoverRow(past('expired', { at: 5000, tookMs: 10_020 }), 17_000), {
      kind: 'silent',
      what: 'x2k4d leads after r6twr',
      why: 'r6twr crashed, froze or was cut off: nobody could tell which, so all waited until its lease had run out.',
      took: 'took 10 s',
      ago: '12 s ago',
    });
  });

  for (const because of ['stopping', 'stopped', 'resigned', 'app ended', 'app failing', 'released']) {
    it(`says in words what "${because}" means, with the former leader's name`, () => {
      const { why, kind } = handoverRow(past(because), 0);
      assert.match(why, /r6twr/);
      assert.ok(!why.includes(`: ${because}.`));
      assert.equal(kind, 'said');
    });
  }

  it('shows a reason that it does not know as it is', () => {
    assert.equal(handoverRow(past('bored'), 0).why, 'r6twr gave the lock back: bored.');
  });

  it('offers one step after the other, and never one that was done; names the namespace', () => {
    const offered = (seen: PageView) => {
      const { command, subject, options } = nextCommand(sceneOf(seen), seen);
      return `${command} ${subject} ${options}`.trim();
    };
    const after = (...becauses: readonly string[]) =>
      offered(view({}, { handovers: becauses.map((because) => past(because)) }));
    assert.equal(offered(view()), `kubectl delete pod ${leader}`);
    assert.equal(after('expired', 'first'), `kubectl delete pod ${leader}`);
    const byForce = `kubectl delete pod ${leader} --grace-period=0 --force`;
    assert.equal(after('stopping', 'first'), byForce);
    assert.equal(after('app ended', 'expired', 'first'), byForce);
    const rollout = 'kubectl rollout restart deployment leader-elector';
    assert.equal(after('stopping', 'stopping', 'first'), rollout);
    assert.equal(after('expired', 'stopping', 'first'), rollout);
    assert.equal(after('first', 'expired', cameBack, 'app ended'), rollout);
    assert.equal(
      offered(view({ namespace: 'shop' }, { handovers: [past('stopping')] })),
      `kubectl delete pod ${leader} --namespace=shop --grace-period=0 --force`,
    );
    assert.equal(offered(frozen), 'kubectl get pods');
  });

  it('names no Deployment where a pod is of none', () => {
    const seen = view(
      { election: { state: 'following', leader: 'pod-0' } },
      { handovers: [past('stopping'), past('stopping')] },
    );
    assert.equal(nextCommand(sceneOf(seen), seen).command, 'kubectl delete pod');
  });
});
