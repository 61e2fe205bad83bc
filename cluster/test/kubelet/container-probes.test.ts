import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { ContainerProbes } from '../../kubelet/container-probes.ts';

describe('The probes of a container', () => {
  const run = { isStarted: false, isReady: false };
  const tcp = { tcpSocket: { port: 4040 }, periodSeconds: 60 };
  const events = {
    onChange: () => undefined,
    onFinding: () => undefined,
    onFailed: (kind: string) => assert.fail(`the ${kind} probe failed`),
  };
  let findings: (string | null)[];
  let clock: FakeClock;

  beforeEach(() => {
    Object.assign(run, { isStarted: false, isReady: false });
    clock = new FakeClock();
  });

  const probesOf = (spec: object) =>
    new ContainerProbes(
      clock,
      { name: 'server', ...spec },
      run,
      () => Promise.resolve(findings.shift() ?? null),
      events,
    );

  it('find at once what listened before they were there, whatever their period', async () => {
    findings = [null, null];
    const probes = probesOf({ startupProbe: tcp, readinessProbe: tcp });
    await setImmediate();
    assert.deepEqual(run, { isStarted: true, isReady: true });
    probes.stop();
  });

  it('are asked again when something listens, and one that found nothing first does not count', async () => {
    findings = ['refused', null];
    const probes = probesOf({ startupProbe: { ...tcp, failureThreshold: 1 } });
    await setImmediate();
    assert.equal(run.isStarted, false);
    probes.trigger();
    await setImmediate();
    assert.equal(run.isStarted, true);
    probes.stop();
  });

  it('wait for their first delay all the same', async () => {
    findings = [null];
    const probes = probesOf({ startupProbe: { ...tcp, initialDelaySeconds: 5 } });
    probes.trigger();
    await setImmediate();
    assert.equal(run.isStarted, false);
    probes.stop();
  });
});
