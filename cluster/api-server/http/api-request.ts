import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { User } from '../authentication.ts';
import type { PodLogs } from '../pod-logs.ts';
import type { PodProcesses } from '../pod-processes.ts';
import type { Registry } from '../registry.ts';
import type { Resource } from '../resource.ts';
import type { ServiceAccountTokens } from '../service-account-tokens.ts';
import type { Representation } from './representation.ts';
import type { ResourceTarget } from './request-target.ts';

/** What the handlers of requests work on. */
export interface Backend {
  readonly registry: Registry;
  readonly tokens: ServiceAccountTokens;
  readonly logs: PodLogs;
  readonly processes: PodProcesses;
}

/** A connection whose client wants to speak something else than HTTP from now on. */
export interface Upgrade {
  readonly socket: Duplex;
  /** What has arrived of it already. */
  readonly head: Buffer;
}

/** A request for objects that may be made, and where its answer goes. */
export interface ApiRequest {
  readonly backend: Backend;
  readonly user: User;
  readonly resource: Resource;
  readonly target: ResourceTarget;
  /** null for a resource without namespaces, and for a list across all of them. */
  readonly namespace: string | null;
  readonly query: URLSearchParams;
  readonly representation: Representation;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Set where the client wants to speak another protocol. */
  readonly upgrade: Upgrade | null;
}
