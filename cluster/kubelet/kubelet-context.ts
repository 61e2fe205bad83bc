import type { Clientset } from '../client/clientset.ts';
import type { Clock } from '../../base/clock.ts';
import type { RecordEvent } from '../client/event-recorder.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import type { PodNetwork } from './pod-network.ts';
import type { IssueToken } from './volumes.ts';

/** The command that an image stands for; undefined where there is no such image on this machine. */
export type ResolveImage = (image: string) => { readonly command: readonly string[] } | undefined;

/** What every pod of a kubelet needs. */
export interface KubeletContext {
  readonly kube: Clientset;
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly network: PodNetwork;
  readonly recordEvent: RecordEvent;
  readonly resolveImage: ResolveImage;
  /** The images that there are, for people. */
  readonly imageNames: readonly string[];
  readonly issueToken: IssueToken;
  /** Where pods reach the API server. */
  readonly apiServer: { readonly host: string; readonly port: number };
  /** Where the pods' files lie. */
  readonly podsFolder: string;
}
