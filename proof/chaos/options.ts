import { randomInt } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseOptions, UsageError } from '../../base/command-line.ts';
import { wholeNumber } from '../../infra/config-rules.ts';
import type { Place } from '../observation/deployed-example.ts';

export interface Options {
  readonly seed: number;
  readonly faults: number;
  /** Where the example is; null: on an embedded cluster. */
  readonly place: Place | null;
  /** Where the picture is written. */
  readonly picture: string;
}

const mostFaults = 100_000;
const mostSeed = 2 ** 32 - 1;
const defaults = { faults: '200', picture: 'chaos.svg' };

/** What `--help` prints. */
export const usage = `Lets things go wrong for the pods of the example, and records whether ever two of them lead.

npm run chaos -- [OPTIONS]

  --faults N       how many faults, 1 to ${mostFaults}; default: ${defaults.faults}
  --seed N         what the faults are drawn from, 0 to ${mostSeed}; default: a new one
  --context NAME   a kubeconfig context with the example on it; default: an embedded cluster
  --namespace NAME the example's namespace in that context; default: wherever it is
  --picture FILE   where the picture goes; default: ${defaults.picture}
  --help           prints this

It exits with 0 if nobody led beside another and leadership always came back in time, with 1 otherwise.
`;

/** Reads the options; null: help was asked for. @throws UsageError */
export function readOptions(args: readonly string[]): Options | null {
  const option = { type: 'string' } as const;
  const given = parseOptions(
    args,
    {
      seed: option,
      faults: option,
      context: option,
      namespace: option,
      picture: option,
      help: { type: 'boolean', short: 'h' },
    },
    'npm run chaos',
  );
  if (given.help === true) return null;
  if (given.picture === '') throw new UsageError('--picture is empty; it must be a file');
  const picture = given.picture ?? defaults.picture;
  requireWritable(picture);
  return {
    seed: given.seed === undefined ? randomInt(mostSeed) : number('seed', given.seed, 0, mostSeed),
    faults: number('faults', given.faults ?? defaults.faults, 1, mostFaults),
    place: placeIn(given),
    picture,
  };
}

function placeIn({
  context,
  namespace,
}: Readonly<Partial<Record<'context' | 'namespace', string>>>): Place | null {
  if (context === '') throw new UsageError('--context is empty; it must be a name in the kubeconfig');
  if (namespace === '') throw new UsageError('--namespace is empty; it must be the name of one');
  if (context !== undefined) return { context, namespace: namespace ?? null };
  if (namespace === undefined) return null;
  throw new UsageError('--namespace goes with --context NAME: an embedded cluster has one namespace');
}

/** A run takes minutes: that its picture has no place is not to be found out afterwards. */
function requireWritable(picture: string): void {
  const exists = existsSync(picture);
  try {
    accessSync(exists ? picture : dirname(picture), constants.W_OK);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new UsageError(`--picture is ${JSON.stringify(picture)}, which cannot be written (${code})`);
  }
  if (exists && statSync(picture).isDirectory())
    throw new UsageError(`--picture is ${JSON.stringify(picture)}, which is a folder; it must be a file`);
}

function number(option: string, text: string, from: number, to: number): number {
  const rule = wholeNumber(from, to);
  const value = rule.parse(text);
  if (value !== undefined) return value;
  throw new UsageError(`--${option} is ${JSON.stringify(text)}; it must be ${rule.allowed}`);
}
