import assert from 'node:assert/strict';
import { silentLog } from '../../../base/log.ts';
import { UserError } from '../../../base/user-error.ts';
import { noClaims } from '../../src/kubernetes/credentials.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { parseFlags } from '../../src/sidecar/flags.ts';
import { leaderSlice } from '../../src/sidecar/leader-service.ts';

const credentials = {
  server: 'http://127.0.0.1:1',
  namespace: null,
  claims: noClaims,
  authorize: () => Promise.resolve({ headers: {}, tls: {} }),
  rejected: () => undefined,
};

describe("The leader's Service", () => {
  const client = new KubeClient({ credentials, requestTimeoutMs: 1000 });
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
