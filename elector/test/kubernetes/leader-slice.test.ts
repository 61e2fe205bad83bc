import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { JsonObject } from '../../../base/json.ts';
import { silentLog, type Log } from '../../../base/log.ts';
import { eventually } from '../../../base/testing/eventually.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { annotationsOf, metadataOf } from '../../src/kubernetes/kube-object.ts';
import { fencingTokenAnnotation, LeaderSlice } from '../../src/kubernetes/leader-slice.ts';
import { FakeApiServer, hang, method, refuse } from './api-server.ts';
import { plainCredentials } from './plain-credentials.ts';

const collection = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const path = `${collection}/leader`;
const retryPeriodMs = 1000;
const checkPeriodMs = 10_000;

/** A candidate whose terms a test decides about. */
class Leader extends EventEmitter<{ change: [] }> {
  fencingToken: string | null = null;

  leads(fencingToken: string | null): void {
    this.fencingToken = fencingToken;
    this.emit('change');
  }
}

describe("The EndpointSlice of the leader's Service", () => {
  let server: FakeApiServer;
  let client: KubeClient;
  let clock: FakeClock;
  let stop: AbortController;
  let running: Promise<void>[];

  beforeEach(async () => {
    server = await FakeApiServer.start();
    client = new KubeClient({ credentials: plainCredentials(server.url), requestTimeoutMs: 10_000 });
    clock = new FakeClock();
    stop = new AbortController();
    running = [];
    create('IPv4');
  });

  afterEach(async () => {
    stop.abort();
    client.close();
    await Promise.all(running);
    await server.close();
  });

  function create(addressType: string): void {
    server.objects.post(collection, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'leader', labels: { 'kubernetes.io/service-name': 'leader' } },
      addressType,
      ports: [{ name: 'http', port: 8081 }],
      endpoints: [],
    });
  }

  function follow(name: string, ip: string, log: Log = silentLog): Leader {
    const leader = new Leader();
    const options = {
      client,
      namespace: 'default',
      name: 'leader',
      clock,
      log,
      retryPeriodMs,
      checkPeriodMs,
    };
    const slice = new LeaderSlice({ ...options, pod: { name, uid: `${name}-uid`, ip } });
    running.push(slice.follow(leader, stop.signal));
    return leader;
  }

  const stored = () => server.objects.get(path).body;
  const token = () => annotationsOf(stored())[fencingTokenAnnotation];
  const addresses = () =>
    (stored()['endpoints'] as JsonObject[]).flatMap((endpoint) => endpoint['addresses']);
  const leadsTo = (ip: string) => eventually(`a Service that leads to ${ip}`, () => addresses()[0] === ip);

  it('leads to the pod that leads, in its term, and keeps what it is besides', async () => {
    follow('pod-a', '10.0.0.1').leads('100');
    await leadsTo('10.0.0.1');
    const { ports, addressType, endpoints } = stored();
    assert.deepEqual({ ports, addressType }, { ports: [{ name: 'http', port: 8081 }], addressType: 'IPv4' });
    assert.deepEqual(endpoints, [
      {
        addresses: ['10.0.0.1'],
        conditions: { ready: true },
        targetRef: { kind: 'Pod', namespace: 'default', name: 'pod-a', uid: 'pod-a-uid' },
      },
    ]);
    assert.equal(token(), '100');
    assert.deepEqual(metadataOf(stored())['labels'], { 'kubernetes.io/service-name': 'leader' });
  });

  it('goes from one leader to the next, whose token is compared as a number', async () => {
    const [a, b] = [follow('pod-a', '10.0.0.1'), follow('pod-b', '10.0.0.2')];
    a.leads('99');
    await leadsTo('10.0.0.1');
    a.leads(null);
    b.leads('100');
    await leadsTo('10.0.0.2');
    assert.equal(token(), '100');
  });

  const leadsNowhere = () => eventually('a Service that leads nowhere', () => addresses().length === 0);

  it('leads nowhere after a term, until somebody leads again: its address may become another pod’s', async () => {
    const a = follow('pod-a', '10.0.0.1');
    a.leads('100');
    await leadsTo('10.0.0.1');
    a.leads(null);
    await leadsNowhere();
    assert.equal(token(), '100');
    a.leads('101');
    await leadsTo('10.0.0.1');
    assert.equal(token(), '101');
  });

  it('leads nowhere when the candidate ends that led', async () => {
    follow('pod-a', '10.0.0.1').leads('100');
    await leadsTo('10.0.0.1');
    stop.abort();
    await Promise.all(running);
    assert.deepEqual(addresses(), []);
  });

  it('stays with a later leader when the earlier one ends, even between what that reads and writes', async () => {
    const [a, b] = [follow('pod-a', '10.0.0.1'), follow('pod-b', '10.0.0.2')];
    a.leads('99');
    await leadsTo('10.0.0.1');
    let arrive = () => {};
    server.fault(method('PUT'), (exchange) => {
      arrive = () => void exchange.perform();
    });
    const sent = server.nextRequest(method('PUT'));
    a.leads(null);
    await sent;
    b.leads('100');
    await leadsTo('10.0.0.2');
    arrive();
    assert.deepEqual([token(), addresses()], ['100', ['10.0.0.2']]);
  });

  it('does not go back to an earlier term', async () => {
    const [a, b] = [follow('pod-a', '10.0.0.1'), follow('pod-b', '10.0.0.2')];
    b.leads('100');
    await leadsTo('10.0.0.2');
    const seen = server.nextRequest(method('GET'));
    a.leads('99');
    await seen;
    await settle();
    await clock.advance(2 * checkPeriodMs);
    assert.equal(token(), '100');
  });

  it('does not go back by a write that was long on its way', async () => {
    const [a, b] = [follow('pod-a', '10.0.0.1'), follow('pod-b', '10.0.0.2')];
    let arrive = () => {};
    server.fault(method('PUT'), (exchange) => {
      arrive = () => void exchange.perform();
    });
    const sent = server.nextRequest(method('PUT'));
    a.leads('99');
    await sent;
    b.leads('100');
    await leadsTo('10.0.0.2');
    arrive();
    assert.deepEqual([token(), addresses()], ['100', ['10.0.0.2']]);
  });

  it('is written again at once where somebody else wrote it meanwhile', async () => {
    server.fault(method('PUT'), refuse(409, 'Conflict'));
    follow('pod-a', '10.0.0.1').leads('100');
    await leadsTo('10.0.0.1');
  });

  it('is tried again after one retryPeriod where that failed, and says so', async () => {
    const said: string[] = [];
    const log = { ...silentLog, warn: (message: string) => said.push(message) };
    server.fault(method('GET'), refuse(403, 'Forbidden'));
    const waits = clock.timerSet(retryPeriodMs);
    follow('pod-a', '10.0.0.1', log).leads('100');
    await waits;
    assert.deepEqual(said, ["the leader's Service cannot be led here"]);
    assert.deepEqual(addresses(), []);
    await clock.advance(retryPeriodMs);
    await leadsTo('10.0.0.1');
  });

  it('is looked at again while the term goes on, and put right', async () => {
    const waits = clock.timerSet(checkPeriodMs);
    follow('pod-a', '10.0.0.1').leads('100');
    await waits;
    server.objects.put(path, { ...stored(), endpoints: [] });
    await clock.advance(checkPeriodMs);
    await leadsTo('10.0.0.1');
  });

  it('is not written again where it is as it should be', async () => {
    const waits = clock.timerSet(checkPeriodMs);
    follow('pod-a', '10.0.0.1').leads('100');
    await waits;
    const { resourceVersion } = metadataOf(stored());
    const again = clock.timerSet(checkPeriodMs);
    await clock.advance(checkPeriodMs);
    await again;
    assert.equal(metadataOf(stored())['resourceVersion'], resourceVersion);
  });

  it("must be of the family of the pod's address", async () => {
    const said: unknown[] = [];
    const log: Log = { ...silentLog, warn: (_, fields) => said.push(fields?.['error']) };
    const waits = clock.timerSet(retryPeriodMs);
    follow('pod-a', 'fd00::1', log).leads('100');
    await waits;
    assert.deepEqual(said, [
      'the EndpointSlice "leader" is of addressType "IPv4", this pod\'s address fd00::1 needs one of IPv6',
    ]);
    assert.deepEqual(addresses(), []);
  });

  it('holds nobody up who ends', async () => {
    server.fault(method('GET'), hang);
    const asked = server.nextRequest(method('GET'));
    follow('pod-a', '10.0.0.1').leads('100');
    await asked;
    stop.abort();
    client.close();
    await Promise.all(running);
  });
});
