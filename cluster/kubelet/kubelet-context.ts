import type { Clientset } from '../client/clientset.ts';
import type { Clock } from '../../base/clock.ts';
import type { RecordEvent } from '../client/event-recorder.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import type { PodNetwork } from './pod-network.ts';
import type { IssueToken } from './volumes.ts';

/** What an image runs where a container does not say so itself. */
export interface ImageConfig {
  /** A container's `command` stands instead of it (the image's ENTRYPOINT). */
  readonly command: readonly string[];
  /** A container's `args` stand instead of them, or nothing where it has a `command` (the image's CMD). */
  readonly args?: readonly string[];
}

/** The program that an image stands for; undefined where there is no such image on this machine. */
export type ResolveImage = (image: string) => ImageConfig | undefined;

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
