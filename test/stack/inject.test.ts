import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { namespaceRules } from '../../infra/election/rights.ts';
import { attachElector } from '../../infra/election/sidecar.ts';
import { inject, type InjectArgs, type Injected } from '../../infra/inject/inject.ts';

const args: InjectArgs = {
  image: 'leader-elector:1',
  imagePullPolicy: 'IfNotPresent',
  election: null,
  lock: 'leases',
  ttlSeconds: 10,
  appHealthUrl: null,
  nativeSidecar: true,
  namespace: null,
};

const run = (yaml: string, changed: Partial<InjectArgs> = {}): Injected =>
  inject(yaml, { ...args, ...changed });

type Parsed = Readonly<Record<string, unknown>> & {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** The objects of a stream, as kubectl reads them. */
function objectsIn(yaml: string): Parsed[] {
  return parseAllDocuments(yaml, { version: '1.1' })
    .map((document) => document.toJS() as Parsed | null)
    .filter((object) => object !== null);
}

/** A workload of one container. */
function workload(kind: string, name = 'web', spec = ''): string {
  return `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
  namespace: shop
spec:
  selector: {matchLabels: {app: web}}
  template:
    spec:
      containers:
        - name: web
          image: nginx:1.29
${spec}`;
}

describe('inject', () => {
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'])
    it(`puts an elector beside a ${kind}, and before it the rights that it needs`, () => {
      const { yaml, notes } = run(workload(kind));
      const [account, role, binding, injected] = objectsIn(yaml);
      const labels = { 'app.kubernetes.io/managed-by': 'k8s-leader-elector' };
      assert.deepEqual(account, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'web', namespace: 'shop', labels },
      });
      assert.deepEqual(role, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'web-leases', namespace: 'shop', labels },
        rules: namespaceRules({
          election: 'web',
          lock: 'leases',
          scope: 'namespace',
          successor: true,
          leaderService: null,
        }),
      });
      assert.deepEqual(binding, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'web-leases', namespace: 'shop', labels },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web-leases' },
        subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
      });
      const attached = attachElector(
        { spec: { containers: [{ name: 'web', image: 'nginx:1.29' }] } },
        {
          ...args,
          election: 'web',
          serviceAccountName: 'web',
          podSelector: { app: 'web' },
          leaderService: null,
        },
      );
      assert.ok('template' in attached);
      assert.deepEqual(injected?.['spec'], {
        selector: { matchLabels: { app: 'web' } },
        template: attached.template,
      });
      assert.equal(objectsIn(yaml).length, 4);
      assert.deepEqual(notes, [
        `${kind.toLowerCase()}/web: an elector for the election "web", with the rights of ServiceAccount "web"`,
      ]);
    });

  it('leaves what it has no business with as it is written', () => {
    const service =
      '---   # one\nkind:   Service\nmetadata: {name:  "web"}   # two\nspec:\n    ports: [ {port: 0x50} ]\n';
    const others = `# a comment alone\n${service}---\n\n--- \nkind: ConfigMap\ndata: {a: yes}\n`;
    assert.deepEqual(run(others), { yaml: others, notes: [] });
    const mixed = run(
      `${others}---\n${workload('Deployment')}---\n${service.slice(service.indexOf('\n') + 1)}`,
    ).yaml;
    assert.ok(mixed.startsWith(others));
    assert.ok(mixed.endsWith(service.slice(service.indexOf('\n') + 1)));
  });

  it('keeps comments, order, quotes, numbers and the way lists are written in what it adds to', () => {
    const before = `# above
kind: Deployment # beside
apiVersion: apps/v1
metadata: {name: web, namespace: shop, annotations: {enabled: "yes"}}
spec:
  template:
    spec:
      # the volumes first
      volumes:
      - name: conf
        configMap: {name: conf, defaultMode: 0644}
      containers:
      # the only one
      - image: "nginx:1.29"
        name: web
        command: [sh, -c, 'exec nginx']
      tolerations:
`;
    const { yaml } = run(before);
    const lines = yaml.slice(yaml.indexOf('# above')).split('\n');
    const kept = before.trimEnd().split('\n');
    assert.deepEqual(
      lines.filter((line) => kept.includes(line)),
      kept,
    );
    assert.ok(lines.includes('      - name: leader-elector'), yaml);
  });

  it('done twice is the same as done once, byte for byte', () => {
    for (const spec of [
      '',
      '      initContainers: []\n',
      '      serviceAccountName: own\n      terminationGracePeriodSeconds: 3\n',
    ])
      for (const changed of [{}, { nativeSidecar: false }, { ttlSeconds: 60, election: 'yes' }]) {
        const once = run(
          `${workload('Deployment', 'web', spec)}---\n${workload('DaemonSet', 'agent')}`,
          changed,
        ).yaml;
        assert.equal(run(once, changed).yaml, once);
      }
  });

  it('follows what it is told otherwise the next time', () => {
    const once = run(`# the account\n${workload('Deployment')}`, { ttlSeconds: 5 }).yaml;
    const twice = run(once, { ttlSeconds: 7, election: 'front' }).yaml;
    const objects = objectsIn(twice);
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ['ServiceAccount web', 'Role web-leases', 'RoleBinding web-leases', 'Deployment web'],
    );
    assert.deepEqual(
      objects[1]?.['rules'],
      namespaceRules({
        election: 'front',
        lock: 'leases',
        scope: 'namespace',
        successor: true,
        leaderService: null,
      }),
    );
    assert.ok(twice.includes('- --ttl=7s\n') && !twice.includes('--ttl=5s'));
  });

  it('uses the ServiceAccount that the pods have, unless it is the one of all pods', () => {
    const own = objectsIn(run(workload('Deployment', 'web', '      serviceAccountName: own\n')).yaml);
    assert.deepEqual(
      own.map(({ kind }) => kind),
      ['Role', 'RoleBinding', 'Deployment'],
    );
    assert.deepEqual(own[1]?.['subjects'], [{ kind: 'ServiceAccount', name: 'own', namespace: 'shop' }]);
    const shared = objectsIn(run(workload('Deployment', 'web', '      serviceAccountName: default\n')).yaml);
    assert.deepEqual(shared[0]?.metadata.name, 'web');
  });

  it('names no successor where it does not know the pods by their labels', () => {
    const unknown = workload('Deployment').replace('{matchLabels: {app: web}}', '{matchExpressions: []}');
    const { yaml } = run(unknown);
    assert.ok(run(workload('Deployment')).yaml.includes('--pod-selector=app=web'));
    assert.ok(!yaml.includes('--pod-selector'));
    assert.deepEqual(
      objectsIn(yaml)[1]?.['rules'],
      namespaceRules({
        election: 'web',
        lock: 'leases',
        scope: 'namespace',
        successor: false,
        leaderService: null,
      }),
    );
  });

  it('makes no second ServiceAccount beside one of that name', () => {
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n';
    const { yaml } = run(`${account}---\n${workload('Deployment')}`);
    assert.ok(yaml.startsWith(account));
    assert.equal(objectsIn(yaml).filter(({ kind }) => kind === 'ServiceAccount').length, 1);
  });

  it('says for which namespace the rights are, where the workload names none', () => {
    const nowhere = workload('Deployment').replace('  namespace: shop\n', '');
    const { yaml, notes } = run(nowhere);
    const [account, , binding] = objectsIn(yaml);
    assert.equal(account?.metadata.namespace, undefined);
    assert.deepEqual(binding?.['subjects'], [{ kind: 'ServiceAccount', name: 'web', namespace: 'default' }]);
    assert.match(
      notes[0] ?? '',
      /it names no namespace, so these are for "default"; for another: --namespace NAME$/,
    );
    const told = run(nowhere, { namespace: 'shop' });
    assert.deepEqual(objectsIn(told.yaml)[2]?.['subjects'], [
      { kind: 'ServiceAccount', name: 'web', namespace: 'shop' },
    ]);
    assert.doesNotMatch(told.notes[0] ?? '', /names no namespace/);
  });

  describe('says what it cannot do, and leaves it as it is:', () => {
    const role =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: web-leases, namespace: shop}\n---\n';
    const cases: [string, string, RegExp][] = [
      [
        'a Job',
        workload('Job'),
        /^job\/web: left as it is: an election is for a Deployment, StatefulSet or DaemonSet$/,
      ],
      ['a Pod', 'kind: Pod\nmetadata: {name: a}\n', /^pod\/a: left as it is: an election is for/],
      ['a List', 'kind: List\nitems: []\n', /^list\/\(without a name\): left as it is: an election is for/],
      ['a Rollout', workload('Rollout'), /^rollout\/web: left as it is: an election is for/],
      [
        'an old API',
        workload('Deployment').replace('apps/v1', 'apps/v1beta1'),
        /its apiVersion is apps\/v1beta1/,
      ],
      ['no name', workload('Deployment').replace('name: web\n', 'generateName: web-\n'), /it has no name$/],
      [
        'no containers',
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n',
        /has no list of named containers$/,
      ],
      [
        'a container of its name',
        workload('Deployment').replace('name: web\n          image', 'name: leader-elector\n          image'),
        /it has a container "leader-elector" of its own$/,
      ],
      [
        'the port',
        workload('Deployment', 'web', '          ports: [{containerPort: 4040}]\n'),
        /its container "web" has the port 4040/,
      ],
      [
        'the host’s network',
        workload('Deployment', 'web', '      hostNetwork: true\n'),
        /on the host's network/,
      ],
      [
        'aliases',
        `${workload('Deployment')}      volumes: &none []\n      initContainers: *none\n`,
        /written with YAML aliases/,
      ],
      [
        'a role of somebody else’s',
        role + workload('Deployment'),
        /there is a Role "web-leases" already, which it would need$/,
      ],
    ];
    for (const [what, yaml, note] of cases)
      it(what, () => {
        const injected = run(yaml);
        assert.equal(injected.yaml, yaml);
        assert.equal(injected.notes.length, 1);
        assert.match(injected.notes[0] ?? '', note);
      });
  });

  it('names the document that is no YAML', () => {
    assert.throws(
      () => run(`${workload('Deployment')}---\na: [\n`),
      /^UserError: document 2 is no YAML that can be read: .* at line 2, column 1$/,
    );
  });
});
