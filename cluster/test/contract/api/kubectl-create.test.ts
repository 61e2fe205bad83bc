import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import { useKubectl } from '../kubectl.ts';

/** What kubectl sends in protobuf, and what must be in the object then. */
const cases: readonly {
  readonly what: readonly string[];
  readonly created: string;
  readonly path: string;
  readonly holds: string;
}[] = [
  {
    what: ['configmap', 'made', '--from-literal=one=1', '--from-literal=empty='],
    created: 'configmap/made created\n',
    path: '{.data}',
    holds: '{"empty":"","one":"1"}',
  },
  {
    what: ['secret', 'generic', 'made', '--from-literal=word=hé'],
    created: 'secret/made created\n',
    path: '{.type} {.data}',
    holds: `Opaque {"word":"${Buffer.from('hé').toString('base64')}"}`,
  },
  {
    what: [
      'deployment',
      'made',
      '--image=example/main:1',
      '--replicas=0',
      '--port=80',
      '--',
      'run',
      '--fast',
    ],
    created: 'deployment.apps/made created\n',
    path: '{.spec.replicas} {.spec.selector.matchLabels} {.spec.template.spec.containers[0].ports[0].containerPort} {.spec.template.spec.containers[0].command}',
    holds: '0 {"app":"made"} 80 ["run","--fast"]',
  },
  {
    what: ['service', 'nodeport', 'made', '--tcp=80:8080', '--tcp=81:http'],
    created: 'service/made created\n',
    path: '{.spec.type} {.spec.ports[*].port} {.spec.ports[*].targetPort}',
    holds: 'NodePort 80 81 8080 http',
  },
  {
    what: ['role', 'made', '--verb=get,list', '--resource=pods,deployments.apps', '--resource-name=one'],
    created: 'role.rbac.authorization.k8s.io/made created\n',
    path: '{.rules}',
    holds:
      '[{"apiGroups":[""],"resourceNames":["one"],"resources":["pods"],"verbs":["get","list"]},' +
      '{"apiGroups":["apps"],"resourceNames":["one"],"resources":["deployments"],"verbs":["get","list"]}]',
  },
  {
    what: ['rolebinding', 'made', '--role=made', '--user=alice'],
    created: 'rolebinding.rbac.authorization.k8s.io/made created\n',
    path: '{.roleRef.kind}/{.roleRef.name} {.subjects[0].kind} {.subjects[0].name}',
    holds: 'Role/made User alice',
  },
  {
    what: ['poddisruptionbudget', 'made', '--selector=app=made', '--max-unavailable=20%'],
    created: 'poddisruptionbudget.policy/made created\n',
    path: '{.spec}',
    holds: '{"maxUnavailable":"20%","selector":{"matchLabels":{"app":"made"}}}',
  },
];

describe('kubectl create', () => {
  const cluster = useCluster();
  const { run, succeeds } = useKubectl(cluster);

  for (const { what, created, path, holds } of cases) {
    const [kind = ''] = what;
    it(`makes a ${kind} of its flags`, async () => {
      assert.equal(await succeeds('create', ...what), created);
      assert.equal(await succeeds('get', kind, 'made', '-o', `jsonpath=${path}`), holds);
    });
  }

  it('says what a server has against an object', async () => {
    const { code, stderr } = await run('create', 'configmap', 'Wrong');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^The ConfigMap "Wrong" is invalid: metadata\.name: Invalid value|^error: failed to create configmap: ConfigMap "Wrong" is invalid: metadata\.name: Invalid value/,
    );
  });
});
