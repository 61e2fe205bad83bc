import assert from 'node:assert/strict';
import { silentLog } from '../../../base/log.ts';
import { UserError } from '../../../base/user-error.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { parseFlags } from '../../src/sidecar/flags.ts';
import { leaderSlice } from '../../src/sidecar/leader-service.ts';
import { plainCredentials } from '../kubernetes/plain-credentials.ts';

describe("The leader's Service", () => {
  const client = new KubeClient({
    credentials: plainCredentials('http://127.0.0.1:1'),
    requestTimeoutMs: 1000,
  });
  const options = { client, namespace: 'default', uid: 'uid', log: silentLog, retryPeriodMs: 1000 };

  const sliceFor = (...args: string[]) => {
    const flags = parseFlags(['--election=example', ...args], {});
    assert.ok(flags !== null);
    return leaderSlice(flags, options);
  };

  it('is none unless there is a flag for it', () => assert.equal(sliceFor(), null));

  it("needs the pod's address", () => {
    assert.notEqual(sliceFor('--leader-service=leader', '--pod-ip=10.0.0.1'), null);
    assert.throws(
      () => sliceFor('--leader-service=leader'),
      (error) =>
        error instanceof UserError &&
        /^--leader-service needs --pod-ip \(or ELECTOR_POD_IP\)/.test(error.message),
    );
  });
});
