import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { refusalOfForeign } from '../src/local-request.ts';

/** What is said of a request from `address` with these headers. */
function refusal(address: string | undefined, headers: Record<string, string>): string | null {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  const request = new IncomingMessage(socket);
  request.headers = headers;
  return refusalOfForeign(request);
}

describe('A request is local', () => {
  for (const address of ['127.0.0.1', '127.255.3.4', '::1', '::ffff:127.0.0.1', '::ffff:127.1.2.3']) {
    it(`from ${address}`, () => {
      assert.equal(refusal(address, { host: 'localhost' }), null);
    });
  }

  for (const address of [
    '10.244.0.7',
    '128.0.0.1',
    '126.255.255.255',
    '0.0.0.0',
    '::',
    '::ffff:10.244.0.7',
    '::2',
    'fe80::1%eth0',
    '',
  ]) {
    it(`not from ${address || 'an empty address'}, which is named`, () => {
      const message = `this is for the pod's own programs, not for ${address}`;
      assert.equal(refusal(address, { host: 'localhost' }), message);
    });
  }

  it('not from a connection that is gone', () => {
    assert.equal(
      refusal(undefined, { host: 'localhost' }),
      "this is for the pod's own programs, not for an unknown address",
    );
  });

  for (const host of [
    'localhost',
    'localhost:4040',
    'LocalHost:80',
    '127.0.0.1',
    '127.9.9.9:4040',
    '[::1]',
    '[::1]:4040',
    '[::ffff:127.0.0.1]:1',
  ]) {
    it(`with the Host ${host}`, () => {
      assert.equal(refusal('127.0.0.1', { host }), null);
    });
  }

  const foreignHosts = [
    '',
    'evil.example',
    'evil.example:4040',
    'localhost.evil.example',
    'evil.localhost',
    '127.0.0.1.evil.example',
    '127.evil.example',
    '127.1',
    '10.244.0.7:4040',
    '[::2]:4040',
    '::1',
    '[localhost]',
    'localhost:evil',
    'localhost@evil.example',
    'localhost,evil.example',
    ' localhost',
  ];
  for (const host of foreignHosts) {
    it(`not with the Host ${JSON.stringify(host)}, which is named`, () => {
      const message = `the Host header is ${JSON.stringify(host)}; it must be localhost, 127.x.x.x or [::1]`;
      assert.equal(refusal('127.0.0.1', { host }), message);
    });
  }

  it('not without a Host', () => {
    assert.match(refusal('127.0.0.1', {}) ?? '', /^the Host header is ""/);
  });

  for (const origin of ['http://localhost:4040', 'https://evil.example', 'null', '']) {
    it(`not with the Origin ${JSON.stringify(origin)}, since a page in a browser sent it`, () => {
      const message = `there is an Origin header, ${JSON.stringify(origin)}; web pages may not ask this`;
      assert.equal(refusal('127.0.0.1', { host: 'localhost', origin }), message);
    });
  }
});
