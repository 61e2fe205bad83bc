import type { Mutant } from './mutant.ts';
import { inCandidacy, inLeadingWork, inNextStep, inRight, inAppLife, inherit } from './patches.ts';

/** SafetyRule 6: when the lock may be released. */
export const release: readonly Mutant[] = [
  {
    rule: 6,
    breach: 'the lock is released at once, whoever may still act',
    patches: [inNextStep('view.nobodyActs() ? -Infinity : view.grantedUntil', '-Infinity')],
  },
  {
    rule: 6,
    breach: 'a later grant shortens an earlier one',
    among: ['wall clock jumps for a while', 'asked by somebody else', 'pod deleted'],
    patches: [
      inRight('Math.max(this.#grantedUntil, this.#clock.monotonic() + ms)', 'this.#clock.monotonic() + ms'),
    ],
  },
  {
    rule: 6,
    breach: 'the lock is released while onStartedLeading drains',
    patches: [inNextStep('return !hasRight && drainsUntil > now;', 'return false;')],
  },
  {
    rule: 6,
    breach: 'the lock is released while what whileLeading() runs drains',
    patches: [
      inLeadingWork(
        'return this.#run(work, new AbortController());',
        'return Promise.resolve(work(new AbortController().signal)).then(() => {});',
      ),
    ],
  },
  {
    rule: 6,
    breach: 'an app has ended when its stream has closed',
    among: ["app's stream breaks", 'app hangs', 'pod deleted', 'stands aside'],
    patches: [
      inAppLife(
        "if (this.#openStreams === 0) this.#state = 'disconnected';",
        "if (this.#openStreams === 0) this.#state = 'ended';",
      ),
    ],
  },
  {
    rule: 6,
    breach: 'an app has ended when its health port refuses',
    among: ['app closes its port first', 'pod deleted', 'stands aside'],
    patches: [
      inAppLife(
        "if (began !== this.#epoch || this.#state === 'connected' || this.#state === 'unknown') return;",
        '',
      ),
    ],
  },
  {
    rule: 6,
    breach: 'an answer to the app is not remembered',
    patches: [inRight('    this.#rememberGrantOf(validForMs);\n', '')],
  },
  {
    rule: 6,
    breach: 'a restarted elector forgets what its earlier process granted',
    patches: [inCandidacy(inherit, '')],
  },
  {
    rule: 6,
    breach: 'the answer stays "yes" until the release is written',
    patches: [
      inCandidacy(
        '    this.#aside.tell(because);\n    this.right.end(because);\n',
        '    this.#aside.tell(because);\n',
      ),
    ],
  },
  {
    rule: 6,
    breach: 'the answer stays "yes" although the candidate has resigned',
    patches: [inCandidacy("this.right.end('resigned');", '')],
  },
];
