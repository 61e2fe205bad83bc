import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { silentLog } from '../../base/log.ts';
import type { PageMessage } from '../page/message.ts';
import { startApp } from '../src/app.ts';
import { FakeClock } from '../../base/testing/fake-clock.ts';
import { Queue } from './queue.ts';
import { ScriptedElector } from './scripted-elector.ts';

describe('The app', () => {
  let elector: ScriptedElector;
  let clock: FakeClock;
  let server: Server;
  let url: string;
  let stop: AbortController;

  beforeEach(async () => {
    elector = await ScriptedElector.start();
    clock = new FakeClock();
    stop = new AbortController();
    const app = startApp(
      {
        port: 0,
        leaderPort: null,
        electorUrl: elector.url,
        electorTokenFile: null,
        podName: 'pod-a',
        podIp: '10.244.0.7',
        podNamespace: null,
        podsUrl: null,
        leaseDurationMs: 10_000,
      },
      clock,
      silentLog,
      stop.signal,
    );
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    stop.abort();
    server.closeAllConnections();
    server.close();
    await elector.stop();
  });

  /** What `GET /events` sends. */
  async function events(): Promise<Queue<PageMessage>> {
    const views = new Queue<PageMessage>();
    const response = await fetch(`${url}/events`, { signal: stop.signal });
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    assert.ok(response.body);
    const messages = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    const receive = async () => {
      for await (const { data } of messages) views.put(JSON.parse(data) as PageMessage);
    };
    receive().catch(() => {});
    return views;
  }

  /** Sends these bytes; resolves with all that is answered until the connection is closed. */
  function sendRaw(bytes: string): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(bytes);
    return text(socket);
  }

  async function electionBecomes(views: Queue<PageMessage>, state: string): Promise<PageMessage> {
    return views.takeUntil((view) => view.election.state === state);
  }

  async function page(): Promise<string> {
    return (await fetch(url)).text();
  }

  const leading = { name: 'pod-a', isLeader: true, validForMs: 6000 };

  it('shows each change of leader, on the page and as an event', async () => {
    const views = await events();
    assert.match(await page(), /The elector is silent/);
    elector.say({ name: '' });
    await electionBecomes(views, 'nobody');
    assert.match(await page(), /No master is known right now\./);
    elector.say({ name: 'pod-b' });
    await electionBecomes(views, 'following');
    assert.match(await page(), />The master is at hostname: pod-b</);
    elector.say(leading);
    const { pod, ip, election } = await electionBecomes(views, 'leading');
    assert.deepEqual(
      { pod, ip, election },
      { pod: 'pod-a', ip: '10.244.0.7', election: { state: 'leading', leader: 'pod-a' } },
    );
    assert.match(await page(), />I am the current master!</);
  });

  it('knows the former leader also where it heard of it by its elector alone', async () => {
    const views = await events();
    const known = (view: PageMessage) => view.pods.map(({ name, role }) => `${name} ${role}`);
    elector.say({ name: 'pod-b' });
    assert.deepEqual(known(await electionBecomes(views, 'following')), ['pod-a standby', 'pod-b leading']);
    elector.say({ name: '' });
    assert.deepEqual(known(await electionBecomes(views, 'nobody')), ['pod-a standby', 'pod-b standby']);
    elector.say(leading);
    assert.deepEqual(known(await electionBecomes(views, 'leading')), ['pod-a leading', 'pod-b standby']);
  });

  it('tells the browsers when the right to lead runs out, and when the elector falls silent', async () => {
    const views = await events();
    elector.say(leading);
    await electionBecomes(views, 'leading');
    await clock.advance(6000);
    await electionBecomes(views, 'nobody');
    await clock.advance(4000);
    await electionBecomes(views, 'silent');
  });

  it('does not say it leads in its first answer after it was stopped', async () => {
    const views = await events();
    elector.say(leading);
    await electionBecomes(views, 'leading');
    clock.jump(6000);
    assert.doesNotMatch(await page(), /I am the current master!/);
  });

  it('keeps showing the leader while its elector restarts within the lease', async () => {
    const views = await events();
    elector.say({ name: 'pod-b' });
    await electionBecomes(views, 'following');
    const { port } = elector;
    const retry = clock.timerSet(100);
    await elector.stop();
    await retry;
    assert.match(await page(), /The master is at hostname: pod-b/);
    elector = await ScriptedElector.start(port);
    elector.say({ name: 'pod-c' });
    await clock.advance(100);
    await views.takeUntil(({ election }) => election.state === 'following' && election.leader === 'pod-c');
  });

  it('is ready while it hears the elector, and always healthy', async () => {
    assert.equal((await fetch(`${url}/readyz`)).status, 503);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    const views = await events();
    elector.say({ name: '' });
    await electionBecomes(views, 'nobody');
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    await clock.advance(10_000);
    assert.equal((await fetch(`${url}/readyz`)).status, 503);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  });

  it('answers other paths with 404 and other methods with 405', async () => {
    const missing = await fetch(`${url}/nothing`);
    assert.equal(missing.status, 404);
    assert.equal(await missing.text(), 'not found\n');
    for (const [path, method] of [
      ['/', 'POST'],
      ['/events', 'DELETE'],
      ['/nothing', 'PUT'],
    ] as const) {
      const refused = await fetch(url + path, { method });
      assert.equal(refused.status, 405);
      assert.equal(refused.headers.get('allow'), 'GET, HEAD');
    }
  });

  it('takes no body, of any length, and does not wait for it', async () => {
    for (const path of ['/', '/events', '/state', '/pods', '/healthz', '/readyz', '/nothing']) {
      for (const header of ['Content-Length: 1000000000', 'Transfer-Encoding: chunked']) {
        const answer = await sendRaw(`GET ${path} HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n`);
        assert.match(answer, /^HTTP\/1.1 413 .*\r\n\r\nrequests have no body here\n$/s);
      }
    }
  });

  const malformed: [string, string, number][] = [
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a URL of 32 KiB', `GET /${'x'.repeat(32_768)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['headers of 32 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(32_768)}\r\n\r\n`, 431],
    ['a path that is none', 'GET /%E0%A4%A HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404],
  ];
  for (const [what, bytes, status] of malformed) {
    it(`answers ${status} to ${what}, and serves on`, async () => {
      assert.match(await sendRaw(bytes), new RegExp(`^HTTP/1.1 ${status} `));
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
    });
  }

  it('answers under any Host, since a Service may have any', async () => {
    const answer = await sendRaw('GET /healthz HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n');
    assert.match(answer, /^HTTP\/1.1 200 /);
  });

  it('answers HEAD without a body, also for the event stream', async () => {
    for (const path of ['/', '/events', '/state', '/pods', '/healthz']) {
      const answer = await fetch(url + path, { method: 'HEAD' });
      assert.equal(answer.status, 200);
      assert.equal(await answer.text(), '');
    }
  });

  it('lets nothing be cached, and only its own style and script run', async () => {
    for (const path of ['/', '/state', '/pods', '/healthz', '/readyz', '/nothing']) {
      const { headers } = await fetch(url + path);
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('x-powered-by'), null);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(
        policy,
        /^default-src 'none';style-src 'sha256-[^']+';script-src 'self';connect-src 'self';/,
      );
      assert.doesNotMatch(policy, /unsafe|upgrade-insecure-requests/);
    }
  });
});
