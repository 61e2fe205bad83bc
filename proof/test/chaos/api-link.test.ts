import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { ApiLink } from '../../chaos/api-link.ts';
import { LinkFaults } from '../../chaos/link-faults.ts';

describe('The link between a pod and the API server', () => {
  let server: Server;
  let own: LinkFaults;
  let shared: LinkFaults;
  let link: ApiLink;
  let client: Socket;

  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    own = new LinkFaults();
    shared = new LinkFaults();
    link = await ApiLink.open((server.address() as AddressInfo).port, [own, shared]);
    client = connect(link.port, '127.0.0.1').setEncoding('utf8');
    await once(client, 'connect');
  });

  afterEach(() => {
    client.destroy();
    link.close();
    server.close();
  });

  async function echo(text: string): Promise<unknown> {
    client.write(text);
    return ((await once(client, 'data')) as unknown[])[0];
  }

  it('passes everything on as long as nothing is wrong', async () => {
    assert.equal(await echo('hello'), 'hello');
    client.end();
    await once(client, 'end');
  });

  it('breaks connections off, and refuses new ones', async () => {
    assert.equal(await echo('hello'), 'hello');
    const end = own.inject({ kind: 'broken' });
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
    client = connect(link.port, '127.0.0.1');
    await once(client, 'error');
    end();
    client = connect(link.port, '127.0.0.1').setEncoding('utf8');
    assert.equal(await echo('hello again'), 'hello again');
  });

  it('is silent as long as one of its faults is, and delivers afterwards what was sent meanwhile', async () => {
    assert.equal(await echo('hello'), 'hello');
    const ends = [own.inject({ kind: 'silent' }), shared.inject({ kind: 'silent' })];
    const heard: string[] = [];
    client.on('data', (text: string) => heard.push(text));
    client.write('one');
    const other = connect((server.address() as AddressInfo).port, '127.0.0.1');
    // Past the link, the server answers at once.
    other.write('two');
    await once(other, 'data');
    other.destroy();
    ends[0]?.();
    assert.deepEqual(heard, []);
    ends[1]?.();
    await once(client, 'data');
    assert.deepEqual(heard, ['one']);
  });

  it('is late by its latency, in each direction', async () => {
    const end = shared.inject({ kind: 'slow', latencyMs: 40 });
    const askedAt = performance.now();
    assert.equal(await echo('hello'), 'hello');
    assert.ok(performance.now() - askedAt >= 80);
    end();
    assert.equal(shared.latencyMs, 0);
  });
});
