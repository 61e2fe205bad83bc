import assert from 'node:assert/strict';
import type { Event } from 'kubernetes-types/core/v1.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import { useCluster } from '../cluster.ts';
import { configMapsPath } from '../objects.ts';

/** A field of a message, whose number is below 16: text, or a message. Both are shorter than 128 bytes. */
const field = (number: number, content: string) =>
  String.fromCharCode(number * 8 + 2, content.length) + content;

/** An object as Go's clients send it. */
const protobuf = (apiVersion: string, kind: string, fields: string) =>
  `k8s\0${field(1, field(1, apiVersion) + field(2, kind))}${field(2, fields)}`;

const named = (name: string) => field(1, field(1, name));
/** An entry of the map that is the field of that number. */
const entry = (number: number, key: string, value: string) => field(number, field(1, key) + field(2, value));

describe('a body in protobuf', () => {
  const cluster = useCluster();
  const create = (path: string, raw: string) =>
    cluster.client.send('POST', path, undefined, {
      raw,
      headers: { 'Content-Type': 'application/vnd.kubernetes.protobuf' },
    });

  it('may have fields that Kubernetes does not know, even where it is to be read strictly', async () => {
    const path = `${configMapsPath(cluster.namespace)}?fieldValidation=Strict`;
    const made = protobuf('v1', 'ConfigMap', named('made') + entry(2, 'key', 'value') + field(15, 'x'));
    const { code, headers, text, body } = await create(path, made);
    assert.equal(code, 201, text);
    assert.equal(headers['warning'], undefined);
    assert.deepEqual(body['data'], { key: 'value' });
  });

  it('says what an Event is about', async () => {
    const about = field(1, 'Pod') + field(2, cluster.namespace) + field(3, 'web') + field(5, 'v1');
    const event = protobuf('v1', 'Event', named('web.1') + field(2, about) + field(3, 'Seen'));
    const { code, text, body } = await create(`/api/v1/namespaces/${cluster.namespace}/events`, event);
    assert.equal(code, 201, text);
    const { involvedObject, reason } = body as unknown as Event;
    const expected = { kind: 'Pod', namespace: cluster.namespace, name: 'web', apiVersion: 'v1' };
    assert.deepEqual([involvedObject, reason], [expected, 'Seen']);
  });

  it('says whom a NetworkPolicy lets in', async () => {
    const from = field(2, field(1, entry(1, 'app', 'web')));
    const spec = field(1, entry(1, 'app', 'db')) + field(2, from);
    const path = `/apis/networking.k8s.io/v1/namespaces/${cluster.namespace}/networkpolicies`;
    const { code, text, body } = await create(
      path,
      protobuf('networking.k8s.io/v1', 'NetworkPolicy', named('db') + field(2, spec)),
    );
    assert.equal(code, 201, text);
    const { podSelector, ingress } = (body as unknown as NetworkPolicy).spec ?? {};
    assert.deepEqual(podSelector, { matchLabels: { app: 'db' } });
    assert.deepEqual(ingress, [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }]);
  });
});
