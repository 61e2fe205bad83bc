import type { Rule } from '../base/rules.ts';

/**
 * Where images are pushed, as Docker has it: a host, which is told from a user's name by a dot, a port or "localhost", and perhaps a path.
 */
export const registry: Rule<string> = {
  allowed: 'a registry with its host, and perhaps a path',
  example: 'ghcr.io/me',
  parse: (given) =>
    /^(?:localhost|[a-z\d-]+(?:\.[a-z\d-]+)+|[a-z\d-]+(?=:))(?::\d+)?(?:\/[a-z\d]+(?:[._-]+[a-z\d]+)*)*$/.test(
      given,
    )
      ? given
      : undefined,
};
