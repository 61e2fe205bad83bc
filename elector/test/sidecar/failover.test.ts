import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ElectionStatus } from '../../src/election/election-status.ts';
import { isWatch, method, type ExchangeFault } from '../kubernetes/api-server.ts';
import type { Child } from '../../../base/testing/child.ts';
import { statusOf, urlOf } from './elector-process.ts';
import { recordWrites, type Write } from '../kubernetes/lock-writes.ts';
import { leaderKnown, leadership, TestCluster } from './test-cluster.ts';

describe('Two electors as processes', function () {
  this.timeout(60_000);
  let cluster: TestCluster;

  beforeEach(async () => {
    cluster = await TestCluster.start();
  });

  afterEach(() => cluster.end());

  /** Starts a leader `a`, and a standby `b` that knows of it. */
  const startPair = async (ttl: string): Promise<[Child, Child]> => {
    const a = await cluster.elect('a', ttl);
    await cluster.heldBy('a');
    const b = await cluster.elect('b', ttl);
    await leaderKnown(b, 'a');
    return [a, b];
  };

  /** The milliseconds between the last write by `before` and the first one by `after`. */
  const silenceBetween = (writes: readonly Write[], before: string, after: string): number => {
    const taken = writes.findIndex(({ holder }) => holder === after);
    const last = writes.slice(0, taken).findLast(({ holder }) => holder === before);
    return (writes[taken]?.at ?? NaN) - (last?.at ?? NaN);
  };

  it('have one leader between them, and name the same', async () => {
    const [a, b] = await startPair('1h');
    const { isLeader, name } = await leadership(a);
    assert.deepEqual([isLeader, name], [true, 'a']);
    const status = await statusOf(b);
    assert.deepEqual(status, { ...status, name: 'a', isLeader: false, fencingToken: null, validForMs: 0 });
  });

  it('hand over at once when an app asks the leader to resign, whatever it was told before', async () => {
    const [a, b] = await startPair('1h');
    await leadership(a);
    const resign = async (elector: Child, headers = {}) =>
      fetch(`${await urlOf(elector)}/resign`, { method: 'POST', headers });
    const [ofA, ofB] = [await cluster.proofOf('a'), await cluster.proofOf('b')];
    assert.equal((await resign(b, ofB)).status, 409);
    assert.equal((await resign(a)).status, 401);
    assert.equal((await resign(a, ofB)).status, 401);
    assert.equal((await statusOf(a)).isLeader, true);
    const resigned = await resign(a, ofA);
    assert.equal(resigned.status, 200);
    assert.equal(((await resigned.json()) as ElectionStatus).isLeader, false);
    assert.equal((await leadership(b)).name, 'b');
    assert.equal((await resign(a, ofA)).status, 409);
  });

  it('go on after a 101 to a renewal and to a watch, and still end when they are told to', async () => {
    const a = await cluster.elect('a', '3s');
    await leadership(a);
    const switchProtocols: ExchangeFault = ({ response }) =>
      response.socket?.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
      );
    for (const matches of [method('PUT'), isWatch]) {
      cluster.api.fault(matches, switchProtocols);
      const answered = cluster.api.nextRequest(matches);
      cluster.api.endWatches();
      await answered;
      await cluster.api.nextRequest(matches);
    }
    a.signal('SIGTERM');
    assert.equal(await a.ended, 0);
    assert.ok(a.lines.some((line) => line.includes('101 Switching Protocols, which was not asked for')));
  });

  it('hand over when the leader stops, and not before', async () => {
    const [a, b] = await startPair('1h');
    a.signal('SIGTERM');
    assert.equal(await a.ended, 0);
    const { name, leaderTransitions } = await leadership(b);
    assert.deepEqual([name, leaderTransitions], ['b', 1]);
  });

  it('replace a leader that was killed, once its lease has run out', async () => {
    const writes = recordWrites(cluster.api);
    const [a, b] = await startPair('3s');
    await a.end();
    const { name, leaderTransitions } = await leadership(b);
    assert.deepEqual([name, leaderTransitions], ['b', 1]);
    assert.ok(silenceBetween(writes, 'a', 'b') >= 3000);
  });

  it('let a leader that was killed and restarted in the same pod lead on at once, in a new term', async () => {
    const [a, b] = await startPair('1h');
    const before = await leadership(a);
    await a.end();
    const after = await leadership(await cluster.elect('a', '1h'));
    assert.equal(after.leaderTransitions, before.leaderTransitions);
    assert.ok(BigInt(after.fencingToken ?? 0) > BigInt(before.fencingToken ?? 0));
    assert.equal((await statusOf(b)).name, 'a');
  });

  it('let a new pod that has the name of a leader that was killed wait for the end of its lease', async () => {
    const writes = recordWrites(cluster.api);
    const a = await cluster.elect('a', '3s');
    await cluster.heldBy('a');
    await a.end();
    const lastWrite = writes.length - 1;
    await leadership(await cluster.elect('namesake', '3s', '--id=a'));
    assert.ok((writes[lastWrite + 1]?.at ?? NaN) - (writes[lastWrite]?.at ?? NaN) >= 3000);
  });

  it('replace a leader that was stopped, whose first answer is no when it goes on', async () => {
    const [a, b] = await startPair('3s');
    await leadership(a);
    a.signal('SIGSTOP');
    const { name } = await leadership(b);
    assert.equal(name, 'b');
    // The kernel takes the question, and the process finds it when it wakes.
    const socket = connect(Number(new URL(await urlOf(a)).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    a.signal('SIGCONT');
    assert.match(await text(socket), /^HTTP\/1.1 200 .*"isLeader":false/s);
    await leaderKnown(a, 'b');
  });
});
