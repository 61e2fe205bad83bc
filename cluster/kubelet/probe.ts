import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Container, Probe } from 'kubernetes-types/core/v1.js';
import type { PodNetwork } from './pod-network.ts';

/** What one probe found: null when the container is well, else what is wrong, in the kubelet's words. */
export type ProbeFinding = string | null;

const defaultTimeoutSeconds = 1;

/**
 * Asks a container once how it is: by HTTP (well: a status from 200 to 399) or by opening a connection. Never rejects.
 */
export async function runProbe(
  network: PodNetwork,
  podIP: string,
  container: Container,
  probe: Probe,
): Promise<ProbeFinding> {
  const timeoutMs = (probe.timeoutSeconds ?? defaultTimeoutSeconds) * 1000;
  const action = probe.httpGet ?? probe.tcpSocket;
  if (!action) return 'only httpGet and tcpSocket probes are supported by the embedded kubelet';
  const host = action.host ?? podIP;
  const port = portNumber(container, action.port);
  if (port === undefined) return `couldn't find port: ${action.port} in container ${container.name}`;
  const target = network.resolve(host, port);
  if (probe.httpGet) {
    const scheme = probe.httpGet.scheme ?? 'HTTP';
    const url = `${scheme.toLowerCase()}://${host}:${port}${leadingSlash(probe.httpGet.path ?? '/')}`;
    if (target === undefined) return `Get "${url}": dial tcp ${host}:${port}: connect: connection refused`;
    const headers = Object.fromEntries(
      (probe.httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value]),
    );
    return httpGet(url, target, headers, timeoutMs);
  }
  if (target === undefined) return `dial tcp ${host}:${port}: connect: connection refused`;
  return openConnection(`${host}:${port}`, target, timeoutMs);
}

function portNumber(container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort;
}

function leadingSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function httpGet(
  url: string,
  port: number,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<ProbeFinding> {
  const { protocol, host, pathname, search } = new URL(url);
  const options = {
    host: '127.0.0.1',
    port,
    path: pathname + search,
    headers: { host, 'user-agent': 'kube-probe/1.34', accept: '*/*', connection: 'close', ...headers },
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  } as const;
  return new Promise((resolve) => {
    const request = (
      protocol === 'https:' ? https.request({ ...options, rejectUnauthorized: false }) : http.request(options)
    ) satisfies http.ClientRequest;
    request.once('response', (response) => {
      response.resume();
      response.once('close', () => request.destroy());
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 400 ? null : `HTTP probe failed with statuscode: ${status}`);
    });
    request.on('error', (error) =>
      resolve(
        error.name === 'AbortError'
          ? `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
          : `Get "${url}": ${error.message}`,
      ),
    );
    // The only event after an answer that switches protocols.
    request.once('close', () => resolve(`Get "${url}": EOF`));
    request.end();
  });
}

function openConnection(address: string, port: number, timeoutMs: number): Promise<ProbeFinding> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, signal: AbortSignal.timeout(timeoutMs) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(null);
    });
    socket.on('error', (error) =>
      resolve(`dial tcp ${address}: ${error.name === 'AbortError' ? 'i/o timeout' : error.message}`),
    );
  });
}
