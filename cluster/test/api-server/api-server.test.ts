import assert from 'node:assert/strict';
import { ApiServer } from '../../api-server/api-server.ts';
import { ApiStatusError } from '../../api-server/api.ts';
import type { PodLogOptions, PodLogs } from '../../api-server/pod-logs.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { readKubeconfig } from '../../testing/kubeconfig.ts';

const pods = { group: '', resource: 'pods' };
const podsPath = '/api/v1/namespaces/default/pods';
const noLogs: PodLogs = {
  read: () => {
    throw new Error('no case reads logs');
  },
};

describe('the API server', () => {
  const opened: { server: ApiServer; client: ApiClient }[] = [];

  async function start(logs: PodLogs = noLogs) {
    const server = await ApiServer.create(logs);
    await server.listen();
    server.registry.create({ group: '', resource: 'serviceaccounts' }, 'default', {
      metadata: { name: 'web' },
    });
    const client = new ApiClient(readKubeconfig(server.kubeconfig('test')));
    opened.push({ server, client });
    return { server, client };
  }

  const createPod = (server: ApiServer, name = 'web-1') =>
    server.registry.create(pods, 'default', {
      metadata: { name },
      spec: { serviceAccountName: 'web', containers: [{ name: 'main', image: 'web:1' }] },
    });

  afterEach(async () => {
    for (const { server, client } of opened.splice(0)) {
      client.close();
      await server.close();
    }
  });

  it('cuts its connections when it closes, and listens again on the same port with the same objects', async () => {
    const { server, client } = await start();
    createPod(server);
    const { url } = server;
    const watch = await client.watch(`${podsPath}?resourceVersion=0`);
    const { object } = await watch.next();
    await server.close();
    await assert.rejects(watch.next());
    await assert.rejects(client.get(podsPath), { code: 'ECONNREFUSED' });
    await server.listen();
    assert.equal(server.url, url);
    const resumed = await client.watch(`${podsPath}?resourceVersion=${object.metadata.resourceVersion}`);
    server.registry.delete(pods, 'default', 'web-1');
    assert.equal((await resumed.next()).type, 'DELETED');
    resumed.close();
  });

  it('keeps an idle connection open as long as Kubernetes does', async () => {
    const { client } = await start();
    assert.equal((await client.get(podsPath)).headers['keep-alive'], 'timeout=90');
  });

  it('says that its port is taken', async () => {
    const { server } = await start();
    const second = await ApiServer.create(noLogs);
    await assert.rejects(second.listen(Number(new URL(server.url).port)), { code: 'EADDRINUSE' });
  });

  it("takes a pod's token until the pod is gone", async () => {
    const { server, client } = await start();
    createPod(server);
    const { token } = server.issueToken({ namespace: 'default', serviceAccount: 'web', pod: 'web-1' }, 3600);
    const asPod = client.as(token);
    assert.equal((await asPod.get('/api')).code, 200);
    server.registry.delete(pods, 'default', 'web-1');
    createPod(server);
    assert.equal((await asPod.get('/api')).code, 401);
    asPod.close();
  });

  it('takes no token that has expired, nor one of another cluster', async () => {
    const { server, client } = await start();
    const { server: other } = await start();
    const subject = { namespace: 'default', serviceAccount: 'web' };
    for (const { token } of [server.issueToken(subject, 0), other.issueToken(subject, 3600)]) {
      const bearer = client.as(token);
      assert.equal((await bearer.get('/api')).code, 401);
      bearer.close();
    }
  });

  it('takes the tokens of an account until that is gone', async () => {
    const { server, client } = await start();
    const bearer = client.as(server.issueToken({ namespace: 'default', serviceAccount: 'web' }, 3600).token);
    assert.equal((await bearer.get('/api')).code, 200);
    server.registry.delete({ group: '', resource: 'serviceaccounts' }, 'default', 'web');
    assert.equal((await bearer.get('/api')).code, 401);
    bearer.close();
  });

  it("passes on what is asked of a pod's log, and its lines as they come", async () => {
    const asked: PodLogOptions[] = [];
    const { server, client } = await start({
      async *read(options) {
        asked.push(options);
        yield await Promise.resolve('first');
        yield 'second';
      },
    });
    createPod(server);
    const query = 'follow=true&tailLines=5&sinceSeconds=60&timestamps=true&previous=true';
    const { code, text } = await client.get(`${podsPath}/web-1/log?${query}`);
    assert.deepEqual([code, text], [200, 'first\nsecond\n']);
    assert.deepEqual(asked, [
      {
        namespace: 'default',
        pod: 'web-1',
        container: 'main',
        follow: true,
        previous: true,
        timestamps: true,
        tailLines: 5,
        sinceSeconds: 60,
      },
    ]);
  });

  it('stops reading a log when its reader goes', async () => {
    let stopped: (() => void) | undefined;
    const stop = new Promise<void>((resolve) => (stopped = resolve));
    const { server, client } = await start({
      async *read(_, signal) {
        yield 'only';
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        stopped?.();
      },
    });
    createPod(server);
    const reader = await client.open(`${podsPath}/web-1/log?follow=true`);
    reader.destroy();
    await stop;
  });

  it('answers with the reason why there is no log', async () => {
    const { server, client } = await start({
      async *read() {
        const message = 'container "main" in pod "web-1" is waiting to start: ContainerCreating';
        yield await Promise.reject<string>(
          new ApiStatusError({ status: 'Failure', code: 400, reason: 'BadRequest', message }),
        );
      },
    });
    createPod(server);
    const { code, body } = await client.get(`${podsPath}/web-1/log`);
    assert.equal(code, 400);
    assert.match(String(body['message']), /waiting to start/);
  });

  it('says clearly that it has no terminals', async () => {
    const { server, client } = await start();
    createPod(server);
    for (const what of ['exec?command=sh&tty=true', 'attach?tty=true']) {
      const { code, body } = await client.post(`${podsPath}/web-1/${what}`, {});
      assert.equal(code, 501);
      assert.match(String(body['message']), /has no terminals: run kubectl without -t/);
    }
  });

  it('says clearly that there is no server-side apply', async () => {
    const { server, client } = await start();
    createPod(server);
    const headers = { 'Content-Type': 'application/apply-patch+yaml' };
    const { code, body } = await client.send('PATCH', `${podsPath}/web-1`, {}, { headers });
    assert.equal(code, 415);
    assert.match(String(body['message']), /server-side apply is not supported/);
  });

  it('marks the end of the present objects for a watch that asks for it', async () => {
    const { server, client } = await start();
    createPod(server);
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watch = await client.watch(`${podsPath}?${query}`);
    assert.equal((await watch.next()).type, 'ADDED');
    const { type, object } = await watch.next();
    assert.equal(type, 'BOOKMARK');
    assert.deepEqual(object.metadata['annotations'], { 'k8s.io/initial-events-end': 'true' });
    watch.close();
  });

  it('tells a watch from too long ago in an event, after the stream has begun', async () => {
    const { server, client } = await start();
    for (let change = 0; change < 2500; change += 1) {
      createPod(server);
      server.registry.delete(pods, 'default', 'web-1');
    }
    const watch = await client.watch(`${podsPath}?resourceVersion=2`);
    const [event] = await watch.rest();
    assert.equal(event?.type, 'ERROR');
    assert.equal((event as { object: { code?: unknown } }).object.code, 410);
  });
});
