import assert from 'node:assert/strict';
import type { Event, Pod } from 'kubernetes-types/core/v1.js';
import { useCluster } from '../cluster.ts';
import { podsPath } from '../objects.ts';
import { nodeContainer, showsReady, untilListed, untilTold } from './pods.ts';

// A name that no registry has, and no resolver.
const image = 'registry.invalid/nothing:1';

describe('a container that does not run', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');
  const waiting = ({ status }: Pod) => status?.containerStatuses?.[0]?.state?.waiting;

  it('for want of its image says so in its status, its events, and where its log is asked for', async () => {
    const { client, namespace } = cluster;
    await client.created(podsPath(namespace), {
      metadata: { name: 'imageless' },
      spec: { containers: [{ name: 'main', image }] },
    });
    const messages = new Map<string, string>();
    await untilListed(client, podsPath(namespace), (all) => {
      const pod = all.find(({ metadata }) => metadata.name === 'imageless') as Pod | undefined;
      const { reason = '', message = '' } = (pod && waiting(pod)) ?? {};
      messages.set(reason, message);
      return messages.has('ImagePullBackOff');
    });
    assert.match(
      messages.get('ErrImagePull') ?? '',
      /^failed to pull (and unpack )?image "registry\.invalid\/nothing:1": /,
    );
    assert.match(
      messages.get('ImagePullBackOff') ?? '',
      /^Back-off pulling image "registry\.invalid\/nothing:1": ErrImagePull: failed to pull /,
    );
    const events = await untilListed(client, `/api/v1/namespaces/${namespace}/events`, (all) => {
      const said = (all as unknown as Event[]).map(
        (event) => `${event.type} ${event.reason}: ${event.message}`,
      );
      return said.some((line) => line.includes('BackOff')) && said;
    });
    for (const expected of [
      `Normal Pulling: Pulling image "${image}"`,
      'Warning Failed: Error: ErrImagePull',
      `Normal BackOff: Back-off pulling image "${image}"`,
    ])
      assert.ok(events.includes(expected), events.join('\n'));
    assert.ok(events.some((line) => line.startsWith(`Warning Failed: Failed to pull image "${image}": `)));
    const { code, body } = await client.get(`${podsPath(namespace, 'imageless')}/log`);
    assert.equal(code, 400);
    assert.match(
      String(body['message']),
      /^container "main" in pod "imageless" is waiting to start: (trying and failing to pull image|image can't be pulled)$/,
    );
  });

  it('and never did before has no previous log', async () => {
    const { client, namespace } = cluster;
    await client.created(podsPath(namespace), {
      metadata: { name: 'first' },
      spec: { terminationGracePeriodSeconds: 1, containers: [nodeContainer('main', untilTold)] },
    });
    await untilListed(client, podsPath(namespace), (all) =>
      all.some((pod) => pod.metadata.name === 'first' && showsReady(pod)),
    );
    const { code, body } = await client.get(`${podsPath(namespace, 'first')}/log?previous=true`);
    assert.equal(code, 400);
    assert.equal(body['message'], 'previous terminated container "main" in pod "first" not found');
    assert.equal(body['reason'], 'BadRequest');
  });
});
