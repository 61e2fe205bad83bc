import type { Mutant } from './mutant.ts';
import { inLeaderSlice } from './patches.ts';

/** What docs/safety.md says of the leader's Service: it never leads back to an earlier term. */
export const leaderService: readonly Mutant[] = [
  {
    rule: "leader's Service",
    breach: 'an earlier term is written over a later one',
    among: ['elector frozen', 'machine suspended', 'slow', 'requests lost', 'resigns', 'partition'],
    patches: [inLeaderSlice('if (isLater(annotationsOf(slice)[fencingTokenAnnotation], token)) return;', '')],
  },
  {
    rule: "leader's Service",
    breach: 'the slice is written whatever it has become since it was read',
    among: ['elector frozen', 'machine suspended', 'slow', 'server writes slowly', 'resigns', 'partition'],
    patches: [
      inLeaderSlice(
        "client.request('PUT', this.#path, leading)",
        "client.request('PUT', this.#path, { ...leading, metadata: { ...(leading['metadata'] as JsonObject), resourceVersion: undefined } })",
      ),
    ],
  },
];
