import type { KubernetesObject } from '../cluster/index.ts';
import type { Example } from './example.ts';

/** Shows a person how the example starts, what happens to it, and how it ends. */
export interface Presenter {
  /** From now on it shows what happens. */
  follow(example: Example): void;
  made(object: KubernetesObject): void;
  /** There is a page, and a leader. */
  ready(example: Example): void;
  /** Somebody asked for help. */
  help(example: Example): void;
  /** It is about to end: pods and leaders are of no interest any more, and the terminal is as it was before. */
  leave(): void;
  deleted(object: KubernetesObject): void;
}
