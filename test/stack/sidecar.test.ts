import assert from 'node:assert/strict';
import type { Container, PodSpec, PodTemplate } from '../../infra/election/pod-template.ts';
import { attachElector, type SidecarArgs } from '../../infra/election/sidecar.ts';

const args: SidecarArgs = {
  image: 'leader-elector:1',
  imagePullPolicy: 'IfNotPresent',
  serviceAccountName: 'web',
  election: 'web',
  lock: 'leases',
  ttlSeconds: 10,
  appHealthUrl: null,
  podSelector: null,
  leaderService: null,
  nativeSidecar: true,
};

/** A pod of somebody else's, with one container. */
function pod(spec: Partial<PodSpec> = {}, container: Partial<Container> = {}): PodTemplate {
  return {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'nginx', ...container }], ...spec },
  };
}

function attached(template: PodTemplate, changed: Partial<SidecarArgs> = {}): PodTemplate {
  const result = attachElector(template, { ...args, ...changed });
  assert.ok('template' in result, 'obstacles' in result ? result.obstacles.join() : '');
  return result.template;
}

function obstacles(template: PodTemplate): readonly string[] {
  const result = attachElector(template, args);
  assert.ok('obstacles' in result);
  return result.obstacles;
}

const named = (containers: readonly Container[] | undefined) => containers?.map(({ name }) => name);

describe('an elector in a pod', () => {
  it('starts after the pod’s own init containers, and leaves all else as it was', () => {
    const before = pod({
      initContainers: [{ name: 'init' }],
      volumes: [{ name: 'data', emptyDir: {} }],
      nodeName: 'n1',
    });
    const untouched = structuredClone(before);
    const { metadata, spec } = attached(before);
    assert.deepEqual(before, untouched);
    assert.deepEqual(metadata, before.metadata);
    assert.equal(spec.nodeName, 'n1');
    assert.deepEqual(named(spec.initContainers), ['init', 'leader-elector']);
    assert.deepEqual(
      spec.volumes?.map(({ name }) => name),
      ['data', 'leader-elector', 'leader-elector-api-access'],
    );
  });

  it('is told nothing of a health that the app does not have', () => {
    const flags = attached(pod()).spec.initContainers?.[0]?.args ?? [];
    assert.ok(!JSON.stringify(flags).includes('app-health'));
    const appHealthUrl = 'http://localhost:80/';
    const { initContainers } = attached(pod(), { appHealthUrl }).spec;
    assert.ok(initContainers?.[0]?.args?.includes(`--app-health-url=${appHealthUrl}`));
  });

  it('is told by which labels it knows its pods, all of them', () => {
    const flags = attached(pod(), { podSelector: { app: 'web', 'example.com/tier': 'front' } }).spec;
    assert.ok(flags.initContainers?.[0]?.args?.includes('--pod-selector=app=web,example.com/tier=front'));
  });

  it('lets the Service of the leader lead to its pod, where there is one', () => {
    const [elector] = attached(pod(), { leaderService: 'web-leader' }).spec.initContainers ?? [];
    for (const flag of ['--leader-service=web-leader', '--pod-ip=$(POD_IP)'])
      assert.ok(elector?.args?.includes(flag), flag);
    assert.deepEqual(elector?.env?.at(-1), {
      name: 'POD_IP',
      valueFrom: { fieldRef: { fieldPath: 'status.podIP' } },
    });
  });

  it('can be asked by every container of the pod, each of which keeps what it sets itself', () => {
    const { containers } = attached(
      pod({
        containers: [
          { name: 'web', env: [{ name: 'ELECTOR_URL', value: 'http://other' }] },
          { name: 'log', volumeMounts: [{ name: 'leader-elector', mountPath: '/var/run/leader-elector' }] },
        ],
      }),
    ).spec;
    const [web, log] = containers;
    assert.deepEqual(web?.env, [
      { name: 'ELECTOR_URL', value: 'http://other' },
      { name: 'ELECTOR_GET_URL', value: 'http://localhost:4040/' },
      { name: 'ELECTOR_SSE_URL', value: 'http://localhost:4040/events' },
      { name: 'ELECTOR_TOKEN_FILE', value: '/var/run/leader-elector/token' },
    ]);
    assert.deepEqual(web.volumeMounts, [
      { name: 'leader-elector', mountPath: '/var/run/leader-elector', readOnly: true },
    ]);
    assert.equal(log?.env?.length, 4);
    assert.equal(log.volumeMounts?.length, 1);
  });

  it('is not root where the pod makes all its containers that, which the kubelet would refuse', () => {
    const userOf = (spec: Partial<PodSpec>) =>
      (attached(pod(spec)).spec.initContainers?.[0]?.securityContext as { runAsUser?: number }).runAsUser;
    const ofRoot = { securityContext: { runAsUser: 0 } };
    assert.equal(userOf(ofRoot), 1000);
    const once = attached(pod(ofRoot));
    assert.deepEqual(attached(once), once);
    // As a user of the pod's own, or whichever the cluster gives it, as on OpenShift.
    assert.equal(userOf({ securityContext: { runAsUser: 101 } }), undefined);
    assert.equal(userOf({}), undefined);
  });

  it('has the time to release its lock, after an app that takes all of its own', () => {
    assert.equal(attached(pod()).spec.terminationGracePeriodSeconds, undefined);
    assert.equal(attached(pod(), { ttlSeconds: 60 }).spec.terminationGracePeriodSeconds, 65);
    assert.equal(
      attached(pod({ terminationGracePeriodSeconds: 90 }), { ttlSeconds: 60 }).spec
        .terminationGracePeriodSeconds,
      90,
    );
  });

  it('is there once, however often it is attached, and as it was told last', () => {
    const once = attached(pod());
    assert.deepEqual(attached(once), once);
    assert.deepEqual(attached(once, { lock: 'endpoints' }), attached(pod(), { lock: 'endpoints' }));
    const plain = attached(once, { nativeSidecar: false });
    assert.deepEqual(named(plain.spec.containers), ['web', 'leader-elector']);
    assert.equal(plain.spec.initContainers, undefined);
    assert.deepEqual(attached(plain, { nativeSidecar: false }), plain);
  });

  const cases: [string, PodTemplate, string][] = [
    [
      'a container of its name',
      pod({ containers: [{ name: 'leader-elector', args: ['--election=web'] }] }),
      'it has a container "leader-elector" of its own',
    ],
    [
      'its port',
      pod({}, { ports: [{ containerPort: 80 }, { containerPort: 4040 }] }),
      'its container "web" has the port 4040, which is the elector\'s',
    ],
    [
      'a volume of its name',
      pod({ volumes: [{ name: 'leader-elector' }] }),
      'it has a volume "leader-elector" of its own',
    ],
    [
      'a mount at its path',
      pod({}, { volumeMounts: [{ name: 'data', mountPath: '/var/run/leader-elector' }] }),
      'its container "web" has something else mounted at /var/run/leader-elector',
    ],
    [
      "the host's network",
      pod({ hostNetwork: true }),
      "it is on the host's network, where the elector would open port 4040 to everybody",
    ],
  ];
  for (const [what, template, obstacle] of cases)
    it(`is refused where the pod has ${what}`, () => {
      assert.deepEqual(obstacles(template), [obstacle]);
    });
});
