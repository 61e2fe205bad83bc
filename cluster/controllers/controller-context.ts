import type { Api } from '../api-server/api.ts';
import type { Clientset } from '../client/clientset.ts';
import type { Clock } from '../../base/clock.ts';

/** What every controller works with. */
export interface ControllerContext {
  readonly api: Api;
  readonly kube: Clientset;
  readonly clock: Clock;
}
