import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { readSettings } from '../src/settings.ts';

describe('The settings', () => {
  it('have defaults for everything', () => {
    const { podIp, ...settings } = readSettings({});
    assert.deepEqual(settings, {
      port: 8080,
      leaderPort: null,
      electorUrl: new URL('http://localhost:4040'),
      electorTokenFile: null,
      podName: hostname(),
      podNamespace: null,
      podsUrl: null,
      leaseDurationMs: 10_000,
    });
    assert.ok(isIP(podIp));
  });

  it('come from the environment', () => {
    const env = {
      PORT: '0',
      LEADER_PORT: '8081',
      ELECTOR_URL: 'http://[::1]:1234/',
      ELECTOR_TOKEN_FILE: '/var/run/leader-elector/token',
      POD_NAME: 'pod-a',
      POD_IP: 'fd00::7',
      POD_NAMESPACE: 'shop',
      PODS_URL: 'http://leader-elector-service',
      LEASE_DURATION_SECONDS: '3',
    };
    assert.deepEqual(readSettings(env), {
      port: 0,
      leaderPort: 8081,
      electorUrl: new URL('http://[::1]:1234'),
      electorTokenFile: '/var/run/leader-elector/token',
      podName: 'pod-a',
      podIp: 'fd00::7',
      podNamespace: 'shop',
      podsUrl: new URL('http://leader-elector-service'),
      leaseDurationMs: 3000,
    });
  });

  it('find the token where the volumes of this pod are', () => {
    const env = { ELECTOR_TOKEN_FILE: '/token', CONTAINER_SANDBOX_MOUNT_POINT: '/sandbox' };
    assert.equal(readSettings(env).electorTokenFile, '/sandbox/token');
    assert.equal(readSettings({ ...env, ELECTOR_TOKEN_FILE: '' }).electorTokenFile, null);
  });

  it('treat an empty variable as unset', () => {
    assert.equal(readSettings({ PORT: '', POD_NAME: '' }).port, 8080);
  });

  const wrong: Record<string, string[]> = {
    PORT: ['http', '-1', '65536', '80.5', '0x50', ' 80'],
    LEADER_PORT: ['http', '65536'],
    ELECTOR_URL: [
      'localhost:4040',
      'https://localhost:4040',
      'http://localhost:4040/events',
      'http://',
      'http://a/?b',
      'http://a/#b',
      'http://user:password@a',
      'http://a:65536',
    ],
    ELECTOR_TOKEN_FILE: ['token', './token'],
    POD_IP: ['pod-a', '10.0.0', '10.0.0.256', '[::1]', '10.0.0.1:80'],
    POD_NAME: [' ', 'pod\na', 'x'.repeat(254)],
    LEASE_DURATION_SECONDS: ['10s', '0', '2', '1e3', '86401'],
  };
  for (const [variable, values] of Object.entries(wrong)) {
    for (const value of values) {
      it(`name the variable and the value when ${variable} is ${JSON.stringify(value)}`, () => {
        assert.throws(
          () => readSettings({ [variable]: value }),
          (error: Error) => {
            assert.equal(error.name, 'UserError');
            const found = `${variable} is ${JSON.stringify(value)}; it must be `;
            assert.ok(error.message.startsWith(found), error.message);
            assert.ok(error.message.includes(`, such as: ${variable}=`), error.message);
            return true;
          },
        );
      });
    }
  }
});
