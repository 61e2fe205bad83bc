import assert from 'node:assert/strict';
import type { ElectionStatus } from '../../../src/election/election-status.ts';
import { eventually } from '../../../../base/testing/eventually.ts';
import { following, leading, TestHttpApi } from './test-http-api.ts';

const event = (status: ElectionStatus) => `data: ${JSON.stringify(status)}\n\n`;
/** What a stream begins with. */
const greeting = (status: ElectionStatus) => `${event(status)}event: handovers\ndata: []\n\n`;

describe('The HTTP API on /events', () => {
  let api: TestHttpApi;
  beforeEach(async () => (api = await TestHttpApi.prepare()));
  afterEach(() => api.end());

  it('sends who leads at once, and again whenever it is told to', async () => {
    await api.serve();
    const client = await api.listen();
    assert.equal(client.response.headers['content-type'], 'text/event-stream');
    await client.received(greeting(leading));
    api.elector.current = following;
    api.streams.publish(() => ({ message: api.elector.current }));
    await client.received(greeting(leading) + event(following));
    api.streams.publish(() => ({ message: api.elector.current }));
    await client.received(greeting(leading) + event(following) + event(following));
  });

  it('sends the handovers at once, as events with that name', async () => {
    const handover = {
      from: 'pod-a',
      to: 'pod-b',
      because: 'stopping',
      at: new Date('2026-11-22T16:06:03.127Z'),
      tookMs: 23,
      leaderTransitions: 4,
    };
    api.elector.handovers = [handover];
    await api.serve();
    const told = `event: handovers\ndata: ${JSON.stringify([handover])}\n\n`;
    await (await api.listen()).received(event(leading) + told);
    assert.deepEqual((await api.get('/handovers')).body, `${JSON.stringify([handover])}\n`);
  });

  it('sends the same to all', async () => {
    await api.serve();
    const clients = [await api.listen(), await api.listen(), await api.listen()];
    for (const client of clients) await client.received(greeting(leading));
    api.streams.publish(() => ({ message: following }));
    for (const client of clients) await client.received(greeting(leading) + event(following));
  });

  it('sends a comment as heartbeat, to clients that came later too', async () => {
    await api.serve({ heartbeatMs: 20 });
    const heartbeats = async () => {
      const client = await api.listen();
      await client.endsWith(': heartbeat\n\n: heartbeat\n\n');
      client.response.destroy();
      await eventually('the end', () => api.streams.size === 0);
    };
    await heartbeats();
    await heartbeats();
  });

  it('asks who leads only where somebody listens, since an answer is a promise', async () => {
    await api.serve();
    const publish = () => {
      api.streams.publish(() => {
        api.elector.asked += 1;
        return { message: following };
      });
    };
    publish();
    assert.equal(api.elector.asked, 0);
    const client = await api.listen();
    await client.received(greeting(leading));
    publish();
    assert.equal(api.elector.asked, 2);
  });

  it("counts its streams, and tells the app's from those of onlookers", async () => {
    await api.serve();
    assert.equal(api.streams.size, 0);
    const onlooker = await api.listen();
    const [first, second] = [await api.listen(api.proof), await api.listen(api.proof)];
    assert.deepEqual([api.streams.size, api.ownStreams], [3, 2]);
    first.response.destroy();
    await eventually('one stream of the app', () => api.ownStreams === 1);
    assert.equal(api.streams.size, 2);
    second.response.destroy();
    await eventually('no stream of the app', () => api.ownStreams === 0);
    assert.equal(api.streams.size, 1);
    onlooker.response.destroy();
    await eventually('no stream', () => api.streams.size === 0);
    assert.equal(api.lostStreams, 0);
  });

  it("is the app's own stream with the token alone", async () => {
    await api.serve();
    await api.listen();
    await api.listen({ Host: 'localhost', Origin: 'http://localhost' });
    assert.equal(api.ownStreams, 0);
    const own = await api.listen(api.proof);
    await own.received(greeting(leading));
    assert.equal(api.ownStreams, 1);
  });

  it('answers 401 to a wrong token, since the app would believe that its end is seen', async () => {
    await api.serve();
    const wrong = { Authorization: `Bearer ${'x'.repeat(43)}` };
    const answer = await api.get('/events', { headers: wrong });
    assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer']);
    assert.match(answer.body, /^Authorization must be .* in the file of --token-file\n$/);
    assert.equal(api.streams.size, 0);
  });

  it('answers 401 to any token where there is no token file, and names the flag', async () => {
    await api.serve({ token: null });
    const answer = await api.get('/events', { headers: api.proof });
    assert.equal(answer.status, 401);
    assert.match(answer.body, /^Authorization must be .* which takes --token-file\n$/);
    await (await api.listen()).received(greeting(leading));
  });

  it('does not count a HEAD', async () => {
    await api.serve();
    await api.get('/events', { method: 'HEAD', headers: api.proof });
    assert.deepEqual([api.streams.size, api.ownStreams], [0, 0]);
  });

  it("never ends the app's own stream, though it does not read: its end would tell of the app's", async () => {
    await api.serve();
    const deaf = api.connect();
    deaf.pause();
    deaf.write(
      `GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${api.proof.Authorization}\r\n\r\n`,
    );
    await eventually('the deaf app', () => api.ownStreams === 1);
    const onlooker = api.connect();
    onlooker.on('error', () => undefined);
    onlooker.pause();
    onlooker.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await eventually('a deaf onlooker', () => api.streams.size === 2);
    const long = { ...following, name: 'x'.repeat(32 * 1024) };
    await eventually('the end of the deaf onlooker', () => {
      api.streams.publish(() => ({ message: long }));
      return api.streams.size === 1;
    });
    for (let times = 0; times < 500; times += 1) api.streams.publish(() => ({ message: long }));
    assert.equal(api.ownStreams, 1);
    deaf.destroy();
    await eventually('the end of the app', () => api.ownStreams === 0);
    assert.equal(api.lostStreams, 0);
  });

  it("tells that it ended the app's own stream itself, where another request follows on its connection", async () => {
    await api.serve();
    const client = api.connect();
    const request = `GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${api.proof.Authorization}\r\n\r\n`;
    client.resume().write(request);
    await eventually('the app', () => api.ownStreams === 1);
    client.write(request);
    await eventually('the end of its stream', () => api.lostStreams === 1);
    assert.equal(api.streams.size, 0);
    client.destroy();
  });

  for (const how of ['end', 'destroy', 'resetAndDestroy'] as const) {
    it(`sees that the app closed its own stream: ${how}`, async () => {
      await api.serve();
      const client = api.connect();
      client
        .resume()
        .write(
          `GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${api.proof.Authorization}\r\n\r\n`,
        );
      await eventually('the app', () => api.ownStreams === 1);
      client[how]();
      await eventually('the end of its stream', () => api.ownStreams === 0);
      assert.equal(api.lostStreams, 0);
    });
  }

  it("does not take it for the app's end that garbage on its own stream ended that", async () => {
    await api.serve();
    const client = api.connect();
    client.on('error', () => undefined);
    client
      .resume()
      .write(`GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${api.proof.Authorization}\r\n\r\n`);
    await eventually('the app', () => api.ownStreams === 1);
    client.write('JUNK\r\n\r\n');
    await eventually('the end of its stream', () => api.lostStreams === 1);
    assert.equal(api.ownStreams, 1);
    client.destroy();
  });

  it('cuts off a client that does not read, and no other', async () => {
    await api.serve();
    const deaf = api.connect();
    deaf.on('error', () => undefined);
    deaf.pause();
    deaf.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await eventually('the deaf client', () => api.streams.size === 1);
    const reader = await api.listen();
    const long = { ...following, name: 'x'.repeat(32 * 1024) };
    // As much as the kernel's buffers take is not yet a backlog; the client's end of it is told by the count alone.
    await eventually('the end of the deaf client', () => {
      api.streams.publish(() => ({ message: long }));
      return api.streams.size === 1;
    });
    api.streams.publish(() => ({ message: following }));
    await reader.endsWith(event(long) + event(following));
    deaf.destroy();
  });
});
