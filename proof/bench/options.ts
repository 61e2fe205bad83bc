import { parseOptions, UsageError } from '../../base/command-line.ts';
import { figureNames, type FigureName } from './figures.ts';

/** What `npm run bench` was asked for. */
export interface BenchOptions {
  /** The figures to measure, in the order of the table. */
  readonly only: readonly FigureName[];
  /** The kubeconfig of the cluster to measure; null: the embedded API server. */
  readonly kubeconfig: string | null;
}

/** What `--help` prints. */
export const usage = `Measures the election: all figures in one run of about five minutes, with the ratios between them.

npm run bench -- [OPTIONS]

  --only NAME         measures this alone: ${figureNames.join(', ')}; may be given more than once
  --kubeconfig FILE   measures on the cluster of this kubeconfig's current context, in a namespace of its own that is
                      removed again; default: the embedded API server
  --help              prints this

Ends with 0 whether the targets are met or not, with 1 where something could not be measured.
`;

/** Reads the options; null: help was asked for. @throws UsageError */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const {
    help,
    only = [],
    kubeconfig,
  } = parseOptions(
    args,
    {
      only: { type: 'string', multiple: true },
      kubeconfig: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    'npm run bench',
  );
  if (help === true) return null;
  for (const name of only) requireFigure(name);
  const named = figureNames.filter((name) => only.includes(name));
  return { only: named.length > 0 ? named : figureNames, kubeconfig: kubeconfig ?? null };
}

function requireFigure(name: string): void {
  if (figureNames.some((known) => known === name)) return;
  throw new UsageError(
    `--only is ${JSON.stringify(name)}; it must be one of ${figureNames.join(', ')}, such as: npm run bench -- --only handover`,
  );
}
