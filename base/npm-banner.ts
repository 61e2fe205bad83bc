import { usageError } from './user-error.ts';

/**
 * npm writes two lines of its own before what a script prints, which are no YAML, unless it is silent.
 * @param next what to type instead
 * @throws UserError where they would reach a program that reads it
 */
export function refuseNpmBanner(next: string): void {
  const { npm_lifecycle_event: script, npm_config_loglevel: loglevel } = process.env;
  if (process.stdout.isTTY || script === undefined || loglevel === 'silent') return;
  throw usageError(
    `npm has written lines of its own before the manifests, which kubectl cannot read. Next: ${next}`,
  );
}
