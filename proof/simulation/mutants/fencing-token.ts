import type { Mutant } from './mutant.ts';
import { inCandidacy, inRight } from './patches.ts';

/** SafetyRule 9: the fencing token. */
export const fencingToken: readonly Mutant[] = [
  {
    rule: 9,
    breach: 'the fencing token is the count of transitions',
    patches: [
      inCandidacy(
        'this.right.renew(resourceVersion, since, ',
        'this.right.renew(String(1 + this.locks.leaderTransitions), since, ',
      ),
    ],
  },
  {
    rule: 9,
    breach: "a process keeps its first term's token",
    patches: [
      inRight('#term: Term | null = null;', '#term: Term | null = null;\n  #first: string | null = null;'),
      inRight(
        'fencingToken: term?.fencingToken ?? resourceVersion,',
        'fencingToken: (this.#first ??= resourceVersion),',
      ),
    ],
  },
  {
    rule: 9,
    breach: 'the token is the version that was read before the write',
    patches: [
      inCandidacy(
        'const held = await this.#requests.hold(this.locks.snapshot(), purpose);',
        "const read = this.locks.all[0]?.object?.resourceVersion ?? '0';\n    const written = await this.#requests.hold(this.locks.snapshot(), purpose);\n    const held = written && { ...written, resourceVersion: read };",
      ),
    ],
  },
];
