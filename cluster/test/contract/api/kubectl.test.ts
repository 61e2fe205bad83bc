import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import { useKubectl } from '../kubectl.ts';
import { endpointsPath, idlePod, podsPath } from '../objects.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 0
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: main
          image: example/main:1
`;

describe('kubectl', () => {
  const cluster = useCluster();
  const { run, succeeds, file } = useKubectl(cluster);

  it('applies a manifest, and then applies it again without a change', async () => {
    const path = await file('web.yaml', deployment);
    assert.equal(await succeeds('apply', '-f', path), 'deployment.apps/web created\n');
    assert.equal(await succeeds('apply', '-f', path), 'deployment.apps/web unchanged\n');
    const changed = await file('changed.yaml', deployment.replace('main:1', 'main:2'));
    assert.equal(await succeeds('apply', '-f', changed), 'deployment.apps/web configured\n');
    const image = '{.spec.template.spec.containers[0].image}';
    assert.equal(await succeeds('get', 'deployment', 'web', '-o', `jsonpath=${image}`), 'example/main:2');
  });

  it('refuses a manifest with an unknown field', async () => {
    const path = await file('typo.yaml', deployment.replace('replicas', 'replicaz').replace('web', 'typo'));
    const { code, stderr } = await run('apply', '-f', path);
    assert.equal(code, 1);
    assert.match(stderr, /strict decoding error: unknown field "spec\.replicaz"/);
  });

  it('gets tables with the columns of -o wide', async () => {
    await cluster.client.created(podsPath(cluster.namespace), idlePod('listed'));
    const [header = '', row = ''] = (await succeeds('get', 'pods', '-o', 'wide')).split('\n');
    assert.match(header, /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/);
    assert.match(row, /^listed +0\/1 +Pending +0 +\S+ +<none> +<none> +<none> +<none>$/);
  });

  it('gets the lock as JSON', async () => {
    const record = '{"holderIdentity":"pod-1"}';
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': record };
    await cluster.client.created(endpointsPath(cluster.namespace), {
      metadata: { name: 'example', annotations },
    });
    const lock = JSON.parse(await succeeds('get', 'endpoints', 'example', '-o', 'json')) as {
      kind: string;
      metadata: { annotations: object };
    };
    assert.equal(lock.kind, 'Endpoints');
    assert.deepEqual(lock.metadata.annotations, annotations);
  });

  it('describes a service', async () => {
    const spec = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
    const path = `/api/v1/namespaces/${cluster.namespace}/services`;
    await cluster.client.created(path, { metadata: { name: 'described' }, spec });
    const described = await succeeds('describe', 'service', 'described');
    for (const line of [/^Type: +NodePort$/m, /^TargetPort: +8080\/TCP$/m, /^Selector: +app=web$/m])
      assert.match(described, line);
  });

  it('describes a role and who has it', async () => {
    const group = 'rbac.authorization.k8s.io';
    const name = cluster.clusterScopedName(`/apis/${group}/v1/clusterroles`);
    const bindingName = cluster.clusterScopedName(`/apis/${group}/v1/clusterrolebindings`);
    const rules = [
      { apiGroups: [''], resources: ['endpoints'], verbs: ['get', 'update'], resourceNames: ['example'] },
    ];
    await cluster.client.created(`/apis/${group}/v1/clusterroles`, { metadata: { name }, rules });
    await cluster.client.created(`/apis/${group}/v1/clusterrolebindings`, {
      metadata: { name: bindingName },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: cluster.namespace }],
    });
    assert.match(
      await succeeds('describe', 'clusterrole', name),
      /endpoints +\[\] +\[example\] +\[get update\]/,
    );
    assert.match(
      await succeeds('describe', 'clusterrolebinding', bindingName),
      /ServiceAccount +default +contract-/,
    );
  });

  it("shows an object's events when it describes it", async () => {
    const { uid } = (await cluster.client.created(podsPath(cluster.namespace), idlePod('eventful'))).metadata;
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const { namespace } = cluster;
    await cluster.client.created(`/api/v1/namespaces/${namespace}/events`, {
      metadata: { name: 'eventful.1' },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'eventful', namespace, uid },
      reason: 'Started',
      message: 'Started container main',
      type: 'Normal',
      source: { component: 'kubelet' },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
    assert.match(
      await succeeds('describe', 'pod', 'eventful'),
      /Normal +Started +\S+ +kubelet +Started container main/,
    );
    assert.match(await succeeds('get', 'events'), /Normal +Started +pod\/eventful +Started container main/);
  });

  it('scales, labels, annotates and patches', async () => {
    await succeeds('apply', '-f', await file('scaled.yaml', deployment.replaceAll('web', 'scaled')));
    await succeeds('label', 'deployment', 'scaled', 'tier=front');
    await succeeds('annotate', 'deployment', 'scaled', 'note=hello');
    await succeeds('patch', 'deployment', 'scaled', '-p', '{"spec":{"paused":true}}');
    assert.equal(
      await succeeds('scale', 'deployment', 'scaled', '--replicas=1'),
      'deployment.apps/scaled scaled\n',
    );
    const path = '{.spec.replicas} {.spec.paused} {.metadata.labels.tier} {.metadata.annotations.note}';
    assert.equal(
      await succeeds('get', 'deployment', 'scaled', '-o', `jsonpath=${path}`),
      '1 true front hello',
    );
    assert.equal(await succeeds('delete', 'deployment', 'scaled'), 'deployment.apps "scaled" deleted\n');
  });

  it('waits until a deleted pod is gone', async () => {
    await cluster.client.created(podsPath(cluster.namespace), idlePod('waited-for'));
    assert.equal(await succeeds('delete', 'pod', 'waited-for'), 'pod "waited-for" deleted\n');
    const { code, stderr } = await run('get', 'pod', 'waited-for');
    assert.equal(code, 1);
    assert.equal(stderr, 'Error from server (NotFound): pods "waited-for" not found\n');
  });

  it('explains a field', async () => {
    assert.match(await succeeds('explain', 'deployment.spec.replicas'), /FIELD: replicas <integer>/);
  });

  it('asks whether something is allowed', async () => {
    assert.equal(await succeeds('auth', 'can-i', 'create', 'deployments'), 'yes\n');
  });

  it('creates a service account and a token for it', async () => {
    assert.equal(await succeeds('create', 'serviceaccount', 'made'), 'serviceaccount/made created\n');
    assert.match(await succeeds('create', 'token', 'made', '--duration=20m'), /^[^.]+\.[^.]+\.[^.]+$/);
  });
});
