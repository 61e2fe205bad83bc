import assert from 'node:assert/strict';
import { proxyFor } from '../../src/kubernetes/proxy.ts';

const httpsProxy = { HTTPS_PROXY: 'http://proxy.example:3128' };

/** The proxy's URL; null for none. */
function proxy(server: string, proxyUrl: string, env: NodeJS.ProcessEnv): string | null {
  return proxyFor(new URL(server), proxyUrl, env)?.href ?? null;
}

describe('The proxy on the way to the API server', () => {
  it("is the kubeconfig's, whatever the environment says, also for this machine", () => {
    const env = { ...httpsProxy, NO_PROXY: '*' };
    assert.equal(proxy('https://a.example', 'http://p:1', env), 'http://p:1/');
    assert.equal(proxy('https://127.0.0.1:6443', 'https://p:1', {}), 'https://p:1/');
  });

  it("is the environment's for the server's scheme, in upper case before lower case, with or without a scheme", () => {
    assert.equal(proxy('https://a.example', '', httpsProxy), 'http://proxy.example:3128/');
    assert.equal(proxy('http://a.example', '', httpsProxy), null);
    assert.equal(proxy('http://a.example', '', { http_proxy: 'p:1' }), 'http://p:1/');
    assert.equal(proxy('https://a.example', '', { https_proxy: 'p:1' }), 'http://p:1/');
    assert.equal(
      proxy('https://a.example', '', { HTTPS_PROXY: 'upper:1', https_proxy: 'lower:1' }),
      'http://upper:1/',
    );
    assert.equal(proxy('https://a.example', '', {}), null);
  });

  it("is never the environment's for this machine", () => {
    for (const host of ['localhost:6443', '127.0.0.1', '127.8.8.8', '[::1]:6443'])
      assert.equal(proxy(`https://${host}`, '', httpsProxy), null, host);
  });

  const exempt: [string, string, boolean][] = [
    ['*', 'https://a.example', true],
    ['a.example', 'https://a.example', true],
    ['A.Example', 'https://a.example', true],
    ['example', 'https://a.example', true],
    ['.example', 'https://a.example', true],
    ['*.example', 'https://a.example', true],
    ['.a.example', 'https://a.example', false],
    ['*.a.example', 'https://a.example', false],
    ['ample', 'https://a.example', false],
    ['b.example, a.example', 'https://a.example', true],
    ['a.example:443', 'https://a.example', true],
    ['a.example:6443', 'https://a.example', false],
    ['a.example:6443', 'https://a.example:6443', true],
    ['10.0.0.1', 'https://10.0.0.1:6443', true],
    ['10.0.0.1:6443', 'https://10.0.0.1:6443', true],
    ['10.0.0.1:443', 'https://10.0.0.1:6443', false],
    ['10.0.0.0/8', 'https://10.9.9.9', true],
    ['10.0.0.0/8', 'https://11.9.9.9', false],
    ['10.0.0.0/99', 'https://10.9.9.9', false],
    ['0.0.1', 'https://10.0.0.1', false],
    ['fd00::/8', 'https://[fd00::1]', true],
    ['fd00::1', 'https://[fd00::1]:6443', true],
    ['', 'https://a.example', false],
  ];
  for (const [noProxy, server, isExempt] of exempt) {
    it(`is ${isExempt ? 'left out' : 'used'} for ${server} with NO_PROXY=${noProxy}`, () => {
      const found = proxy(server, '', { ...httpsProxy, NO_PROXY: noProxy });
      assert.equal(found === null, isExempt);
    });
  }

  it('is refused where it is of another kind, without what may be its password', () => {
    const server = 'https://a.example';
    const socks = /^proxy-url is a socks5:\/\/ URL; it must be an http:\/\/ or https:\/\/ one$/;
    assert.throws(() => proxy(server, 'socks5://me:secret@p', {}), { message: socks });
    assert.throws(() => proxy(server, 'no url', {}), { message: /^proxy-url is no URL;/ });
    assert.throws(() => proxy(server, '', { HTTPS_PROXY: 'ftp://p' }), {
      message: /^HTTPS_PROXY is a ftp:\/\/ URL;/,
    });
  });
});
