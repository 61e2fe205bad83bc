import type { CommandGrant } from './grant.ts';
import type { LeashLimits } from './leash.ts';

/** What the elector tells its guard. */
export type ToGuard =
  | {
      readonly kind: 'start';
      readonly command: string;
      readonly args: readonly string[];
      /** The command's environment. */
      readonly env: Readonly<NodeJS.ProcessEnv>;
      readonly grant: CommandGrant;
      readonly limits: LeashLimits;
    }
  | { readonly kind: 'grant'; readonly grant: CommandGrant };

/** What a guard tells its elector. */
export type FromGuard =
  /** It counts on this grant from now on. */
  | { readonly kind: 'granted'; readonly grant: CommandGrant }
  /** The command could not be started: an error code of Node.js, such as ENOENT. */
  | { readonly kind: 'failed'; readonly code: string }
  /** The command itself has ended; what it has started may still run. `wasAsked`: the guard had asked it to. */
  | {
      readonly kind: 'exited';
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly wasAsked: boolean;
    };
