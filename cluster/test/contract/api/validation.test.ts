import assert from 'node:assert/strict';
import type { ClientAnswer } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import {
  deploymentsPath,
  emptyDeployment,
  endpointsPath,
  idlePod,
  leasesPath,
  podsPath,
  servicesPath,
} from '../objects.ts';

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

const causesOf = ({ body }: ClientAnswer) => (body['details'] as { causes: Cause[] }).causes;

/** Asserts that an answer refuses an object because of these fields. */
function assertInvalid(
  answer: ClientAnswer,
  ...fields: readonly (readonly [field: string, message: RegExp])[]
): void {
  assert.equal(answer.code, 422, answer.text);
  assert.equal(answer.body['reason'], 'Invalid');
  const found = causesOf(answer);
  for (const [field, message] of fields) {
    const ofField = found.filter((cause) => cause.field === field);
    assert.ok(
      ofField.some((cause) => message.test(cause.message)),
      `${field} ${String(message)} in ${JSON.stringify(found)}`,
    );
  }
}

describe('validation', () => {
  const cluster = useCluster();
  const post = (path: string, body: object) => cluster.client.post(path, body);
  const raw = (path: string, text: string, type = 'application/json') =>
    cluster.client.send('POST', path, undefined, { raw: text, headers: { 'Content-Type': type } });

  it('asks for a name', async () => {
    const answer = await post(endpointsPath(cluster.namespace), {});
    assertInvalid(answer, ['metadata.name', /^Required value: name or generateName is required$/]);
    assert.equal(
      answer.body['message'],
      'Endpoints "" is invalid: metadata.name: Required value: name or generateName is required',
    );
  });

  it('refuses names that DNS would not take', async () => {
    const answer = await post(endpointsPath(cluster.namespace), { metadata: { name: 'No_Name' } });
    assertInvalid(answer, [
      'metadata.name',
      /^Invalid value: "No_Name": a lowercase RFC 1123 subdomain must consist of/,
    ]);
  });

  it('refuses labels that are none', async () => {
    const answer = await post(endpointsPath(cluster.namespace), {
      metadata: { name: 'labelled', labels: { a: 'b c' } },
    });
    assertInvalid(answer, [
      'metadata.labels',
      /^Invalid value: "b c": a valid label must be an empty string or/,
    ]);
  });

  it('refuses loopback addresses in endpoints', async () => {
    const answer = await post(endpointsPath(cluster.namespace), {
      metadata: { name: 'loopback' },
      subsets: [{ addresses: [{ ip: '127.0.0.1' }] }],
    });
    const message = 'Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)';
    assert.deepEqual(causesOf(answer), [
      { reason: 'FieldValueInvalid', message, field: 'subsets[0].addresses[0].ip' },
    ]);
    assert.equal(
      answer.body['message'],
      `Endpoints "loopback" is invalid: subsets[0].addresses[0].ip: ${message}`,
    );
  });

  it('refuses leases of no duration', async () => {
    const answer = await post(leasesPath(cluster.namespace), {
      metadata: { name: 'zero' },
      spec: { leaseDurationSeconds: 0 },
    });
    assertInvalid(answer, ['spec.leaseDurationSeconds', /must be greater than 0$/]);
  });

  it('refuses lease times without microseconds', async () => {
    const answer = await post(leasesPath(cluster.namespace), {
      metadata: { name: 'seconds' },
      spec: { renewTime: '2026-01-01T00:00:00Z' },
    });
    assert.equal(answer.code, 400);
    assert.equal(
      answer.body['message'],
      'Lease in version "v1" cannot be handled as a Lease: parsing time "2026-01-01T00:00:00Z" as ' +
        '"2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    );
  });

  it("wants a deployment's selector to match its template", async () => {
    const body = emptyDeployment('mismatch', { selector: { matchLabels: { app: 'another' } } });
    const answer = await post(deploymentsPath(cluster.namespace), body);
    assertInvalid(answer, ['spec.template.metadata.labels', /`selector` does not match template `labels`$/]);
  });

  it('wants a deployment to have a selector and containers', async () => {
    const answer = await post(deploymentsPath(cluster.namespace), { metadata: { name: 'empty' }, spec: {} });
    assertInvalid(
      answer,
      ['spec.selector', /^Required value$/],
      ['spec.template.spec.containers', /^Required value$/],
    );
  });

  it("keeps a deployment's selector", async () => {
    await cluster.client.created(deploymentsPath(cluster.namespace), emptyDeployment('selective'));
    const labels = { app: 'selective', more: 'yes' };
    const answer = await cluster.client.patch(deploymentsPath(cluster.namespace, 'selective'), 'merge', {
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
    });
    assertInvalid(answer, ['spec.selector', /field is immutable$/]);
  });

  it("wants a pod's containers to have names and images", async () => {
    const answer = await post(podsPath(cluster.namespace), idlePod('nameless', { containers: [{}] }));
    assertInvalid(
      answer,
      ['spec.containers[0].name', /^Required value$/],
      ['spec.containers[0].image', /^Required value$/],
    );
  });

  it('wants the volumes that a container mounts to be there', async () => {
    const containers = [{ name: 'a', image: 'b', volumeMounts: [{ name: 'none', mountPath: '/x' }] }];
    const answer = await post(podsPath(cluster.namespace), idlePod('mounting', { containers }));
    assertInvalid(answer, ['spec.containers[0].volumeMounts[0].name', /^Not found: "none"$/]);
  });

  it('keeps the spec of a pod, but for its images', async () => {
    const path = podsPath(cluster.namespace, 'kept');
    await cluster.client.created(podsPath(cluster.namespace), idlePod('kept'));
    const refused = await cluster.client.patch(path, 'merge', { spec: { hostname: 'another' } });
    assertInvalid(refused, ['spec', /^Forbidden: pod updates may not change fields other than/]);
    const image = [{ op: 'replace', path: '/spec/containers/0/image', value: 'example/main:2' }];
    assert.equal((await cluster.client.patch(path, 'json', image)).code, 200);
  });

  it("wants a pod's service account to exist", async () => {
    const answer = await post(podsPath(cluster.namespace), idlePod('lost', { serviceAccountName: 'nobody' }));
    assert.equal(answer.code, 403);
    assert.equal(
      answer.body['message'],
      `pods "lost" is forbidden: error looking up service account ${cluster.namespace}/nobody: ` +
        'serviceaccount "nobody" not found',
    );
  });

  it('wants the ports of a service', async () => {
    const answer = await post(servicesPath(cluster.namespace), { metadata: { name: 'portless' }, spec: {} });
    assertInvalid(answer, ['spec.ports', /^Required value$/]);
  });

  it('gives a node port to one service alone', async () => {
    const path = servicesPath(cluster.namespace);
    const spec = { type: 'NodePort', ports: [{ port: 80 }] };
    const first = await cluster.client.created(path, { metadata: { name: 'first' }, spec });
    const { nodePort } = (first['spec'] as { ports: { nodePort: number }[] }).ports[0] ?? {};
    const second = await post(path, {
      metadata: { name: 'second' },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort }] },
    });
    assertInvalid(second, ['spec.ports[0].nodePort', /provided port is already allocated$/]);
  });

  it('refuses node ports outside of the range', async () => {
    const answer = await post(servicesPath(cluster.namespace), {
      metadata: { name: 'low' },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
    });
    assertInvalid(answer, ['spec.ports[0].nodePort', /The range of valid ports is 30000-32767$/]);
  });

  it('refuses values of another type', async () => {
    const body = emptyDeployment('typed', { replicas: 'three' });
    const answer = await post(deploymentsPath(cluster.namespace), body);
    assert.equal(answer.code, 400);
    assert.equal(
      answer.body['message'],
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct ' +
        'field DeploymentSpec.spec.replicas of type int32',
    );
  });

  it('refuses unknown fields where it shall be strict, and warns of them otherwise', async () => {
    const body = emptyDeployment('strict', { replicaz: 3 });
    const path = deploymentsPath(cluster.namespace);
    const refused = await post(`${path}?fieldValidation=Strict`, body);
    assert.equal(refused.code, 400);
    assert.equal(
      refused.body['message'],
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ' +
        'unknown field "spec.replicaz"',
    );
    const warned = await post(`${path}?dryRun=All`, body);
    assert.equal(warned.code, 201);
    assert.equal(warned.headers['warning'], '299 - "unknown field \\"spec.replicaz\\""');
  });

  it('refuses what is no JSON', async () => {
    const answer = await raw(endpointsPath(cluster.namespace), '{"metadata":');
    assert.equal(answer.code, 400);
    assert.equal(
      answer.body['message'],
      "the object provided is unrecognized (must be of type Endpoints): couldn't get version/kind; " +
        'json parse error: unexpected end of JSON input ({"metadata":)',
    );
  });

  it('refuses media types that it does not read', async () => {
    const answer = await raw(endpointsPath(cluster.namespace), 'x', 'text/plain');
    assert.equal(answer.code, 415);
    assert.equal(answer.body['reason'], 'UnsupportedMediaType');
  });

  it('reads YAML', async () => {
    const yaml = 'metadata:\n  name: from-yaml\n';
    assert.equal((await raw(endpointsPath(cluster.namespace), yaml, 'application/yaml')).code, 201);
  });

  it('refuses bodies that are too large', async () => {
    const answer = await raw(endpointsPath(cluster.namespace), 'a'.repeat(3 * 1024 * 1024 + 1));
    assert.equal(answer.code, 413);
    assert.equal(answer.body['reason'], 'RequestEntityTooLarge');
    assert.equal(answer.body['message'], 'Request entity too large: limit is 3145728');
  });

  it('refuses an object of another kind', async () => {
    const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'pod' } };
    assert.equal((await post(endpointsPath(cluster.namespace), pod)).code, 400);
  });

  it('refuses a namespace that is not the one of the URL', async () => {
    const body = { metadata: { name: 'elsewhere', namespace: 'elsewhere' } };
    const answer = await post(endpointsPath(cluster.namespace), body);
    assert.equal(answer.code, 400);
    assert.equal(
      answer.body['message'],
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  });

  it('wants the namespace to exist', async () => {
    const answer = await post(endpointsPath('contract-nowhere'), { metadata: { name: 'nowhere' } });
    assert.equal(answer.code, 404);
    assert.equal(answer.body['message'], 'namespaces "contract-nowhere" not found');
  });
});
