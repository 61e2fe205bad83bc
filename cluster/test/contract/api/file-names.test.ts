import assert from 'node:assert/strict';
import type { ClientAnswer } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import { configMapsPath, deploymentsPath, emptyDeployment, idlePod, podsPath } from '../objects.ts';

const noKey =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  " +
  "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const backsteps = "must not contain '..'";
const reserved = "must not start with '..'";
const absolute = 'must be a relative path';

/** Asserts that an answer refuses a value, or the lack of one (null), in these fields and no others, in whatever order. */
function assertRefused(
  answer: ClientAnswer,
  ...refusals: [field: string, value: string | null, detail: string][]
): void {
  assert.equal(answer.code, 422, answer.text);
  const { causes } = answer.body['details'] as { causes: { field: string; message: string }[] };
  const expected = refusals.map(([field, value, detail]) => {
    const message = value === null ? 'Required value' : `Invalid value: ${JSON.stringify(value)}: ${detail}`;
    return `${field}: ${message}`;
  });
  assert.deepEqual(causes.map(({ field, message }) => `${field}: ${message}`).sort(), expected.sort());
}

describe('names that become files', () => {
  const cluster = useCluster();
  let number = 0;
  const metadata = () => ({ name: `named-${(number += 1)}` });

  const keys: [key: string, ...problems: string[]][] = [
    ['../x', noKey, reserved],
    ['a/b', noKey],
    ['', noKey],
    ['.', "must not be '.'"],
    ['..', "must not be '..'"],
    ['..data', reserved],
    ['a'.repeat(254), 'must be no more than 253 characters'],
  ];
  for (const [key, ...problems] of keys) {
    const shown = `${key.slice(0, 10)}${key.length > 10 ? '…' : ''}`;
    const secretsPath = () => configMapsPath(cluster.namespace).replace('configmaps', 'secrets');
    const refusals = (field: string) =>
      problems.map((problem): [string, string, string] => [`${field}[${key}]`, key, problem]);

    it(`must not be “${shown}” as a key of a config map or a secret`, async () => {
      const value = { [key]: 'MQ==' };
      for (const field of ['data', 'binaryData']) {
        const body = { metadata: metadata(), [field]: value };
        assertRefused(await cluster.client.post(configMapsPath(cluster.namespace), body), ...refusals(field));
      }
      for (const field of ['data', 'stringData']) {
        const body = { metadata: metadata(), [field]: value };
        assertRefused(await cluster.client.post(secretsPath(), body), ...refusals('data'));
      }
    });
  }

  it('may be any other key, also one with dots', async () => {
    const data = { 'a.conf': '1', '.hidden': '2', 'a..b': '3', 'A-B_c': '4' };
    await cluster.client.created(configMapsPath(cluster.namespace), { metadata: metadata(), data });
  });

  it('are refused when a config map is changed, too', async () => {
    const { name } = metadata();
    await cluster.client.created(configMapsPath(cluster.namespace), { metadata: { name } });
    const path = configMapsPath(cluster.namespace, name);
    const answer = await cluster.client.patch(path, 'merge', { data: { '..': '1' } });
    assertRefused(answer, ['data[..]', '..', "must not be '..'"]);
  });

  it('are not both text and binary', async () => {
    const body = { metadata: metadata(), data: { a: '1' }, binaryData: { a: 'MQ==' } };
    const answer = await cluster.client.post(configMapsPath(cluster.namespace), body);
    assertRefused(answer, ['data[a]', 'a', 'duplicate of key present in binaryData']);
  });

  const post = (volume: object, mount?: object) => {
    const volumeMounts = mount ? [{ name: 'v', mountPath: '/v', ...mount }] : [];
    const spec = {
      volumes: [{ name: 'v', ...volume }],
      containers: [{ name: 'main', image: 'example/main:1', volumeMounts }],
    };
    return cluster.client.post(podsPath(cluster.namespace), idlePod(metadata().name, spec));
  };

  const paths: [path: string, ...problems: string[]][] = [
    ['../x', backsteps],
    ['a/../b', backsteps],
    ['a/..', backsteps],
    ['..', backsteps, reserved],
    ['..data/x', reserved],
    ['/x', absolute],
  ];
  for (const [path, ...problems] of paths) {
    const refused = (field: string) =>
      problems.map((problem): [string, string, string] => [field, path, problem]);
    const volumes: Record<string, [volume: object, field: string]> = {
      'config map': [
        { configMap: { name: 'm', items: [{ key: 'k', path }] } },
        'spec.volumes[0].configMap.items[0].path',
      ],
      secret: [
        { secret: { secretName: 'm', items: [{ key: 'k', path }] } },
        'spec.volumes[0].secret.items[0].path',
      ],
      'downward API': [
        { downwardAPI: { items: [{ path, fieldRef: { fieldPath: 'metadata.name' } }] } },
        'spec.volumes[0].downwardAPI.path',
      ],
      'projected config map': [
        { projected: { sources: [{ configMap: { name: 'm', items: [{ key: 'k', path }] } }] } },
        'spec.volumes[0].projected.sources[0].configMap.items[0].path',
      ],
      'projected secret': [
        { projected: { sources: [{ secret: { name: 'm', items: [{ key: 'k', path }] } }] } },
        'spec.volumes[0].projected.sources[0].secret.items[0].path',
      ],
      'projected downward API': [
        {
          projected: {
            sources: [{ downwardAPI: { items: [{ path, fieldRef: { fieldPath: 'metadata.name' } }] } }],
          },
        },
        'spec.volumes[0].projected.sources[0].downwardAPI.path',
      ],
      'projected token': [
        { projected: { sources: [{ serviceAccountToken: { path } }] } },
        'spec.volumes[0].projected.path',
      ],
    };
    for (const [what, [volume, field]] of Object.entries(volumes))
      it(`must not be “${path}” as a path in a volume: ${what}`, async () =>
        assertRefused(await post(volume), ...refused(field)));
  }

  it('are asked for, key and path, in the items of a volume', async () => {
    assertRefused(
      await post({ configMap: { name: 'm', items: [{ key: '', path: '' }] } }),
      ['spec.volumes[0].configMap.items[0].key', null, ''],
      ['spec.volumes[0].configMap.items[0].path', null, ''],
    );
  });

  it('must not lead out of the volume as a subPath; two dots at the beginning of a name may be there', async () => {
    const at = 'spec.containers[0].volumeMounts.subPath';
    for (const subPath of ['../b', 'a/../b'])
      assertRefused(await post({ emptyDir: {} }, { subPath }), [at, subPath, backsteps]);
    assertRefused(await post({ emptyDir: {} }, { subPath: '/b' }), [at, '/b', absolute]);
    const subPathExpr = '$(X)/../b';
    assertRefused(await post({ emptyDir: {} }, { subPathExpr }), [`${at}Expr`, subPathExpr, backsteps]);
    assert.equal((await post({ emptyDir: {} }, { subPath: '..b' })).code, 201);
  });

  it('may lead anywhere as a mountPath: the container has a root of its own', async () => {
    for (const mountPath of ['/a/../../b', '../b'])
      assert.equal((await post({ emptyDir: {} }, { mountPath })).code, 201);
  });

  it('must not step back in the path of a hostPath', async () => {
    const answer = await post({ hostPath: { path: '/a/../b' } });
    assertRefused(answer, ['spec.volumes[0].hostPath.path', '/a/../b', backsteps]);
  });

  it("are refused in a deployment's template, too", async () => {
    const { name } = metadata();
    const spec = {
      volumes: [{ name: 'v', configMap: { name: 'm', items: [{ key: 'k', path: '../x' }] } }],
      containers: [{ name: 'main', image: 'example/main:1' }],
    };
    const template = { metadata: { labels: { app: name } }, spec };
    const answer = await cluster.client.post(
      deploymentsPath(cluster.namespace),
      emptyDeployment(name, { template }),
    );
    const field = 'spec.template.spec.volumes[0].configMap.items[0].path';
    assertRefused(answer, [field, '../x', backsteps]);
  });
});
