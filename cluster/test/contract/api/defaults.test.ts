import assert from 'node:assert/strict';
import type { ApiObject, Json } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import {
  configMapsPath,
  deploymentsPath,
  emptyDeployment,
  endpointsPath,
  idlePod,
  podsPath,
  servicesPath,
} from '../objects.ts';

const without = (object: Json, ...fields: readonly string[]) =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));

describe('what the server fills in', () => {
  const cluster = useCluster();

  it('is metadata: uid, resourceVersion and the time', async () => {
    const { kind, apiVersion, metadata } = await cluster.client.created(endpointsPath(cluster.namespace), {
      metadata: { name: 'metadata' },
    });
    assert.deepEqual([kind, apiVersion], ['Endpoints', 'v1']);
    assert.match(metadata.uid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(metadata.resourceVersion, /^\d+$/);
    assert.match(String(metadata['creationTimestamp']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(metadata['namespace'], cluster.namespace);
  });

  it('is a name where a beginning is given', async () => {
    const body = { metadata: { generateName: 'begun-' } };
    const { metadata } = await cluster.client.created(configMapsPath(cluster.namespace), body);
    assert.match(metadata.name, /^begun-[a-z0-9]{5}$/);
    assert.equal(metadata['generateName'], 'begun-');
  });

  it('is most of a deployment', async () => {
    const created = await cluster.client.created(
      deploymentsPath(cluster.namespace),
      emptyDeployment('sparse'),
    );
    assert.equal(created.metadata.generation, 1);
    assert.deepEqual(created['status'], {});
    assert.deepEqual(created['spec'], {
      replicas: 0,
      selector: { matchLabels: { app: 'sparse' } },
      template: {
        metadata: { labels: { app: 'sparse' } },
        spec: {
          containers: [
            {
              name: 'main',
              image: 'example/main:1',
              resources: {},
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
              imagePullPolicy: 'IfNotPresent',
            },
          ],
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          securityContext: {},
          schedulerName: 'default-scheduler',
        },
      },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    });
  });

  it('is most of a probe, a port and a field reference', async () => {
    const containers = [
      {
        name: 'probed',
        image: 'example/probed',
        ports: [{ containerPort: 4040 }],
        env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        livenessProbe: { httpGet: { port: 4040 } },
      },
    ];
    const pod = await cluster.client.created(podsPath(cluster.namespace), idlePod('probed', { containers }));
    const [container] = (pod['spec'] as { containers: Json[] }).containers;
    assert.deepEqual(container && without(container, 'volumeMounts'), {
      name: 'probed',
      image: 'example/probed',
      ports: [{ containerPort: 4040, protocol: 'TCP' }],
      env: [{ name: 'POD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
      resources: {},
      livenessProbe: {
        httpGet: { path: '/', port: 4040, scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: 'Always',
    });
  });

  it("is a pod's service account with its token", async () => {
    const pod = await cluster.client.created(podsPath(cluster.namespace), idlePod('mounted'));
    const spec = pod['spec'] as {
      serviceAccountName: string;
      volumes: { name: string }[];
      containers: { volumeMounts: object[] }[];
    };
    const [volume] = spec.volumes;
    assert.equal(spec.serviceAccountName, 'default');
    assert.match(String(volume?.name), /^kube-api-access-[a-z0-9]{5}$/);
    assert.deepEqual(volume && without({ ...volume }, 'name'), {
      projected: {
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          {
            downwardAPI: {
              items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
            },
          },
        ],
        defaultMode: 420,
      },
    });
    assert.deepEqual(spec.containers[0]?.volumeMounts, [
      { name: volume?.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ]);
  });

  it("is a service's addresses", async () => {
    const created = await cluster.client.created(servicesPath(cluster.namespace), {
      metadata: { name: 'addressed' },
      spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    const spec = created['spec'] as { clusterIP: string; ports: { nodePort: number }[] };
    assert.match(spec.clusterIP, /^10\.96\.\d+\.\d+$/);
    const nodePort = spec.ports[0]?.nodePort ?? 0;
    assert.ok(nodePort >= 30000 && nodePort <= 32767);
    assert.deepEqual(created['spec'], {
      ports: [{ protocol: 'TCP', port: 80, targetPort: 8080, nodePort }],
      selector: { app: 'web' },
      clusterIP: spec.clusterIP,
      clusterIPs: [spec.clusterIP],
      type: 'NodePort',
      sessionAffinity: 'None',
      externalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    });
    assert.deepEqual(created['status'], { loadBalancer: {} });
  });

  it("stays when a replacement leaves a service's addresses out", async () => {
    const path = servicesPath(cluster.namespace);
    const body = { metadata: { name: 'replaced' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } };
    const created = await cluster.client.created(path, body);
    const { body: replaced } = await cluster.client.put(`${path}/replaced`, body);
    assert.deepEqual(replaced['spec'], created['spec']);
  });

  it('does not include a status that a client sends with a new pod', async () => {
    const body = { ...idlePod('pretending'), status: { phase: 'Running', podIP: '10.244.0.9' } };
    const created = await cluster.client.created(podsPath(cluster.namespace), body);
    assert.deepEqual(created['status'], { phase: 'Pending', qosClass: 'BestEffort' });
  });
});

describe('subresources', () => {
  const cluster = useCluster();
  const pods = (name = '') => podsPath(cluster.namespace, name);

  it('keep status and spec apart', async () => {
    const pod = await cluster.client.created(pods(), idlePod('parted'));
    const status = { phase: 'Running', podIP: '10.244.0.7', podIPs: [{ ip: '10.244.0.7' }] };
    const whole = await cluster.client.put(pods('parted'), { ...pod, status });
    assert.deepEqual((whole.body['status'] as Json)['phase'], 'Pending');
    const spec = { ...(pod['spec'] as object), hostname: 'changed' };
    const { code, body } = await cluster.client.put(`${pods('parted')}/status`, { ...pod, spec, status });
    assert.equal(code, 200);
    assert.equal((body['status'] as Json)['phase'], 'Running');
    assert.deepEqual(body['spec'], pod['spec']);
  });

  it('count changes of a spec as generations, not those of a status or labels', async () => {
    const path = deploymentsPath(cluster.namespace, 'counted');
    await cluster.client.created(
      deploymentsPath(cluster.namespace),
      emptyDeployment('counted', { paused: true }),
    );
    const generation = async (patch: object, part = '') => {
      const { code, body, text } = await cluster.client.patch(`${path}${part}`, 'merge', patch);
      assert.equal(code, 200, text);
      return (body as ApiObject).metadata.generation;
    };
    assert.equal(await generation({ metadata: { labels: { a: 'b' } } }), 1);
    assert.equal(await generation({ spec: { minReadySeconds: 1 } }), 2);
    assert.equal(await generation({ status: { collisionCount: 0 } }, '/status'), 2);
  });

  it('scale', async () => {
    const path = `${deploymentsPath(cluster.namespace, 'scaled')}/scale`;
    await cluster.client.created(
      deploymentsPath(cluster.namespace),
      emptyDeployment('scaled', { paused: true }),
    );
    const scale = await cluster.client.found(path);
    assert.deepEqual([scale.kind, scale.apiVersion, scale['spec']], ['Scale', 'autoscaling/v1', {}]);
    assert.equal((scale['status'] as Json)['selector'], 'app=scaled');
    const { code, body } = await cluster.client.patch(path, 'merge', { spec: { replicas: -1 } });
    assert.equal(code, 422);
    assert.match(
      String(body['message']),
      /spec.replicas: Invalid value: -1: must be greater than or equal to 0/,
    );
  });

  it("of a pod's log ask for one of its containers", async () => {
    const containers = ['one', 'two'].map((name) => ({ name, image: 'example/main:1' }));
    await cluster.client.created(pods(), idlePod('pair', { containers }));
    const { code, body } = await cluster.client.get(`${pods('pair')}/log`);
    assert.equal(code, 400);
    assert.equal(
      body['message'],
      'a container name must be specified for pod pair, choose one of: [one two]',
    );
    const other = await cluster.client.get(`${pods('pair')}/log?container=three`);
    assert.equal(other.code, 400);
    assert.equal(other.body['message'], 'container three is not valid for pod pair');
  });

  it('that do not exist are a 404', async () => {
    await cluster.client.created(pods(), idlePod('partless'));
    assert.equal((await cluster.client.get(`${pods('partless')}/nothing`)).code, 404);
  });
});
