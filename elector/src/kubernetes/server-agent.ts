import type { Agent, AgentOptions, ClientRequest } from 'node:http';
import type * as Https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { nodeHttp, nodeHttps, nodeNet, nodeTls } from './node-http.ts';

/** Keeps connections to a server: direct ones, or through a proxy. */
export function createServerAgent(server: URL, proxy: URL | null, options: AgentOptions): Agent {
  if (server.protocol === 'https:') {
    const agent = new (nodeHttps().Agent)(options);
    return proxy === null ? agent : tunnelled(agent, proxy);
  }
  const agent = new (nodeHttp().Agent)(options);
  return proxy === null ? agent : redirected(agent, proxy);
}

/** What a request to a plain http server says besides, so that a proxy passes it on (RFC 9112, 3.2.2). */
export function proxiedRequest(
  url: URL,
  proxy: URL | null,
): { readonly path?: string; readonly headers: Record<string, string> } {
  if (proxy === null || url.protocol !== 'http:') return { headers: {} };
  return { path: url.href, headers: proxyAuthorization(proxy) };
}

type Connect = (
  options: ConnectionOptions,
  callback: (error: Error | null, socket?: Duplex) => void,
) => Duplex | undefined;

/** Connections to the proxy instead, which passes on what is requested of another server. */
function redirected(agent: Agent, proxy: URL): Agent {
  const createConnection = (options: ConnectionOptions) => {
    const address = addressOf(proxy);
    return proxy.protocol === 'https:'
      ? nodeTls().connect({
          ...options,
          ...address,
          servername: isIP(address.host) === 0 ? address.host : '',
        })
      : nodeNet().connect(address);
  };
  return Object.assign(agent, { createConnection });
}

/** TLS connections through tunnels that the proxy opens (CONNECT, RFC 9110, 9.3.6). */
function tunnelled(agent: Https.Agent, proxy: URL): Agent {
  const opening = new Set<ClientRequest>();
  const connect = agent.createConnection.bind(agent) as Connect;
  const createConnection: Connect = (options, callback) => {
    const request = openTunnel(proxy, options, (error, socket) => {
      opening.delete(request);
      if (error === null)
        callback(
          null,
          connect({ ...options, socket }, () => undefined),
        );
      else callback(error);
    });
    opening.add(request);
    return undefined;
  };
  const destroy = () => {
    for (const request of opening) request.destroy(new Error('the client was closed'));
    nodeHttps().Agent.prototype.destroy.call(agent);
  };
  return Object.assign(agent, { createConnection, destroy });
}

function openTunnel(
  proxy: URL,
  options: ConnectionOptions,
  callback: (error: Error | null, socket?: Socket) => void,
): ClientRequest {
  const { host = '', port = 443, timeout = 0, ca, cert, key, rejectUnauthorized } = options;
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const fail = (problem: string, cause?: Error) =>
    callback(new Error(`proxy ${proxy.protocol}//${proxy.host}: ${problem}`, { cause }));
  // As client-go has it, an https proxy is trusted by what the API server is trusted by.
  const tls = { ca, cert, key, rejectUnauthorized };
  const request = (proxy.protocol === 'https:' ? nodeHttps() : nodeHttp()).request({
    ...addressOf(proxy),
    ...tls,
    method: 'CONNECT',
    path: target,
    headers: { Host: target, ...proxyAuthorization(proxy) },
    agent: false,
    timeout,
  });
  request.on('connect', ({ statusCode = 0, statusMessage = '' }, socket) => {
    socket.setTimeout(0);
    if (statusCode >= 200 && statusCode < 300) {
      callback(null, socket);
      return;
    }
    socket.destroy();
    fail(`${statusCode} ${statusMessage}`.trim());
  });
  request.on('timeout', () => request.destroy(new Error(`no answer within ${timeout} ms`)));
  request.on('error', (error) => fail(error.message, error));
  request.end();
  return request;
}

function addressOf(proxy: URL): { readonly host: string; readonly port: number } {
  const usualPort = proxy.protocol === 'https:' ? 443 : 80;
  return { host: proxy.hostname.replace(/^\[|\]$/g, ''), port: Number(proxy.port || usualPort) };
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
