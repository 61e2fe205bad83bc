import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createDefaultRoles, createSystemNamespaces } from './bootstrap-policy.ts';
import { createServerCertificate } from './certificates.ts';
import type { ServerCertificate } from './certificates.ts';
import type { Backend } from './http/api-request.ts';
import { route } from './http/router.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import type { PodLogs } from './pod-logs.ts';
import type { PodProcesses } from './pod-processes.ts';
import { Registry } from './registry.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';
import type { IssuedToken, TokenSubject } from './service-account-tokens.ts';

// As kube-apiserver does (its IdleTimeout). A client that keeps a connection for less never sends a request into one just closed.
const keepAliveTimeoutMs = 90_000;

/**
 * The Kubernetes API of one embedded cluster: its objects, and an HTTPS server on 127.0.0.1 that can be closed and
 * opened again without losing them.
 */
export class ApiServer {
  /** The objects, for the programs in this process. */
  readonly registry: Registry;
  /** The authority that clients trust, as PEM: a pod's `ca.crt`. */
  readonly caCertificate: string;
  readonly #certificate: ServerCertificate;
  readonly #backend: Backend;
  readonly #adminToken = randomBytes(32).toString('base64url');
  /** Connections that do not count as the server's own any more. */
  readonly #upgraded = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  /**
   * Makes a cluster's API with its first objects; it does not listen yet. Pod logs come from `logs`; `processes` is what
   * `kubectl exec` and `port-forward` reach, nothing where it is left out.
   */
  static async create(logs: PodLogs, processes: PodProcesses = noProcesses): Promise<ApiServer> {
    return new ApiServer(logs, processes, await createServerCertificate());
  }

  private constructor(logs: PodLogs, processes: PodProcesses, certificate: ServerCertificate) {
    this.#certificate = certificate;
    this.caCertificate = certificate.ca;
    this.registry = new Registry();
    createSystemNamespaces(this.registry);
    createDefaultRoles(this.registry);
    const tokens = new ServiceAccountTokens(this.registry);
    this.#backend = { registry: this.registry, tokens, logs, processes };
  }

  /** `https://127.0.0.1:PORT`. */
  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** A kubeconfig for the cluster's administrator, as YAML: cluster, user and context bear `name`. */
  kubeconfig(name: string): string {
    return kubeconfigFor({ name, server: this.url, ca: this.caCertificate, token: this.#adminToken });
  }

  /**
   * A token by which a pod's containers speak to the API, for `lifetimeSeconds`.
   * @throws ApiStatusError 404 where the service account or the pod does not exist.
   */
  issueToken(subject: TokenSubject, lifetimeSeconds: number): IssuedToken {
    return this.#backend.tokens.issue(subject, lifetimeSeconds);
  }

  /**
   * Listens on 127.0.0.1: on the given port, else on the one it had before, else on a free one.
   * @throws Error with code EADDRINUSE where the port is taken.
   */
  async listen(port = this.#port): Promise<void> {
    const { certificate, key } = this.#certificate;
    const options = { cert: certificate, key, keepAliveTimeout: keepAliveTimeoutMs };
    const server = createServer(options, (request, response) => {
      void route(this.#backend, this.#adminToken, request, response);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Stops listening and cuts every connection. The objects stay. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    void route(this.#backend, this.#adminToken, request, response, { socket, head });
  }
}

/** What runs where there is no node. */
const noProcesses: PodProcesses = {
  portOf: () => undefined,
  exec: ({ container }) => {
    throw new Error(`container not found ("${container}")`);
  },
};
