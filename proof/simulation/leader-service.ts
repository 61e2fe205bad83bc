import type { JsonObject } from '../../base/json.ts';
import { annotationsOf } from '../../elector/src/kubernetes/kube-object.ts';
import { fencingTokenAnnotation } from '../../elector/src/kubernetes/leader-slice.ts';
import type { SimulatedApiServer } from './simulated-api-server.ts';
import { lockNamespace } from './simulated-candidate.ts';
import { InvariantViolation } from './world.ts';

export const simulatedServiceName = 'leader';

const collection = `/apis/discovery.k8s.io/v1/namespaces/${lockNamespace}/endpointslices`;
const path = `${collection}/${simulatedServiceName}`;

/** The EndpointSlice that leads to the leader: no write goes back to an earlier term. */
export class SimulatedLeaderService {
  readonly #server: SimulatedApiServer;
  #newestToken = -1n;
  #wasRestored = false;
  #violation: InvariantViolation | null = null;

  constructor(server: SimulatedApiServer) {
    this.#server = server;
    const metadata = { name: simulatedServiceName, namespace: lockNamespace };
    server.objects.post(collection, { kind: 'EndpointSlice', addressType: 'IPv4', metadata, endpoints: [] });
    server.objects.subscribe((change) => {
      if (change.path === path) this.#changed(change.object);
    });
  }

  /** The pod that the Service leads to; null where it leads nowhere yet. */
  get pod(): string | null {
    const endpoints = this.#server.objects.read(path)?.['endpoints'] as readonly JsonObject[] | undefined;
    const target = endpoints?.[0]?.['targetRef'] as JsonObject | undefined;
    return target === undefined ? null : String(target['name']);
  }

  /** The state was restored from a backup, and this object with it: fencing tokens begin anew. */
  forgetTokens(): void {
    this.#newestToken = -1n;
    this.#wasRestored = true;
  }

  get wasRestored(): boolean {
    return this.#wasRestored;
  }

  /** @throws InvariantViolation */
  check(): void {
    if (this.#violation !== null) throw this.#violation;
  }

  #changed(slice: JsonObject): void {
    const token = BigInt((annotationsOf(slice)[fencingTokenAnnotation] as string | undefined) ?? -1);
    if (token < this.#newestToken) {
      this.#violation ??= new InvariantViolation(
        `leader's Service: led to the term ${token} after it had led to ${this.#newestToken}`,
      );
    }
    this.#newestToken = token;
  }
}
