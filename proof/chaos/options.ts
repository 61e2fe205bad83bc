import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command, OptionValues } from '../../base/options.ts';
import { text } from '../../base/rules.ts';
import { usageError } from '../../base/user-error.ts';
import type { Place } from '../observation/deployed-example.ts';
import { drawOptions, newSeed } from './draw-options.ts';

/** What is to be done, and where. */
export interface ChaosTask {
  readonly seed: number;
  readonly faults: number;
  /** Where the example is; null: on an embedded cluster. */
  readonly place: Place | null;
  /** Where the picture is written. */
  readonly picture: string;
}

/** `npm run chaos` and its options. */
export const command = {
  command: 'npm run chaos',
  summary: 'Lets things go wrong for the pods of the example, and records whether ever two of them lead.',
  options: {
    ...drawOptions,
    context: {
      form: '--context NAME',
      description: 'a kubeconfig context with the example on it',
      rule: text('a name in the kubeconfig', 'minikube'),
      default: null,
      defaultInWords: 'an embedded cluster',
    },
    namespace: {
      form: '--namespace NAME',
      description: "the example's namespace in that context",
      rule: text('the name of one', 'default'),
      default: null,
      defaultInWords: 'wherever it is',
    },
    picture: {
      form: '--picture FILE',
      description: 'where the picture goes',
      rule: text('a file', 'chaos.svg'),
      default: 'chaos.svg',
    },
  },
  remark:
    'It exits with 0 if nobody led beside another and leadership always came back in time, with 1 otherwise.',
} as const satisfies Command;

/** What these options ask for. @throws UserError where they do not go together, or the picture cannot be written */
export function chaosOptions({
  seed,
  faults,
  context,
  namespace,
  picture,
}: OptionValues<typeof command.options>): ChaosTask {
  if (context === null && namespace !== null)
    throw usageError('--namespace goes with --context NAME: an embedded cluster has one namespace');
  requireWritable(picture);
  const place = context === null ? null : { context, namespace };
  return { seed: seed ?? newSeed(), faults, place, picture };
}

/** A run takes minutes: that its picture has no place is not to be found out afterwards. */
function requireWritable(picture: string): void {
  const exists = existsSync(picture);
  try {
    accessSync(exists ? picture : dirname(picture), constants.W_OK);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw usageError(`--picture is ${JSON.stringify(picture)}, which cannot be written (${code})`);
  }
  if (exists && statSync(picture).isDirectory())
    throw usageError(`--picture is ${JSON.stringify(picture)}, which is a folder; it must be a file`);
}
