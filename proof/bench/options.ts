import type { Command } from '../../base/options.ts';
import { oneOf, text } from '../../base/rules.ts';
import { figureNames, type FigureName } from './figures.ts';

/** `npm run bench` and its options. */
export const command = {
  command: 'npm run bench',
  summary:
    'Measures the election: all figures in one run of about five minutes, with the ratios between them.',
  options: {
    only: {
      form: '--only NAME',
      description: `measures this alone: ${figureNames.join(', ')}`,
      rule: oneOf(figureNames),
      repeatable: true,
    },
    kubeconfig: {
      form: '--kubeconfig FILE',
      description:
        "measures on the cluster of this kubeconfig's current context, in a namespace of its own that is removed again",
      rule: text('a file', 'kubeconfig'),
      default: null,
      defaultInWords: 'the embedded API server',
    },
  },
  remark: 'Ends with 0 whether the targets are met or not, with 1 where something could not be measured.',
} as const satisfies Command;

/** The figures to measure, in the order of the table: all where none is named. */
export function figuresToMeasure(named: readonly FigureName[]): readonly FigureName[] {
  return named.length === 0 ? figureNames : figureNames.filter((name) => named.includes(name));
}
