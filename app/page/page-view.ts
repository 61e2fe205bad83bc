import type { Handover } from './handovers.ts';
import type { PageMessage } from './message.ts';

/** How a page gets what it shows. */
export type Connection =
  /** As it was sent: nothing keeps it up to date. */
  | { readonly kind: 'none' }
  /** Messages come as events; `formerPod`: the pod that they came from before, null where it is the first. */
  | { readonly kind: 'live'; readonly formerPod: string | null }
  /** No events get through, so the page asks again and again. */
  | { readonly kind: 'polling'; readonly formerPod: string | null }
  /** Nobody has answered for `forMs` milliseconds. */
  | { readonly kind: 'lost'; readonly forMs: number };

/** Whether the command to try was copied: not asked for, done, or refused by the browser. */
export type CopyResult = 'none' | 'copied' | 'refused';

/** Everything that a page is rendered from. */
export interface PageView {
  readonly message: PageMessage;
  /** How many milliseconds ago the message was sent. */
  readonly sinceMs: number;
  /** What is known of earlier handovers, the newest first; null where the elector tells none. */
  readonly handovers: readonly Handover[] | null;
  readonly connection: Connection;
  readonly copyResult: CopyResult;
}
