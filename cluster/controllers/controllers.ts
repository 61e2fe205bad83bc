import type { Api } from '../api-server/api.ts';
import type { Resource } from '../api-server/resource.ts';
import { clientset } from '../client/clientset.ts';
import type { Clock } from '../../base/clock.ts';
import { startDeploymentController } from './deployment.ts';
import { startDisruptionController } from './disruption.ts';
import { startEndpointSliceController } from './endpoint-slices.ts';
import { startEndpointsController } from './endpoints.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startNamespaceController } from './namespace.ts';
import { startReplicaSetController } from './replica-set.ts';
import { startScheduler } from './scheduler.ts';

export interface ControllersOptions {
  readonly api: Api;
  readonly clock: Clock;
  /** Every kind of object that the API serves. */
  readonly kinds: readonly Resource[];
  /** The API server's certificate authority, in PEM. */
  readonly caPem: string;
}

/** Starts the control plane's controllers and its scheduler. Returns what stops them. */
export function startControllers({ api, clock, kinds, caPem }: ControllersOptions): () => void {
  const context = { api, clock, kube: clientset(api) };
  const stops = [
    startNamespaceController(context, kinds, caPem),
    startDeploymentController(context),
    startDisruptionController(context),
    startReplicaSetController(context),
    startScheduler(context),
    startEndpointsController(context),
    startEndpointSliceController(context),
    startGarbageCollector(context, kinds),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
