import { fileURLToPath } from 'node:url';
import type { ElectionStatus } from '../../src/election/election-status.ts';
import { Child } from '../../../base/testing/child.ts';

const main = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url));

/** Starts the elector with these flags and variables, and none of the credentials or settings of the one who runs the tests. */
export function startElector(args: readonly string[], env: NodeJS.ProcessEnv): Child {
  const settings = Object.keys(process.env).filter((name) => /^(ELECTOR_|KUBE)/.test(name));
  const without = Object.fromEntries(settings.map((name) => [name, undefined]));
  return startBundle(main, args, {
    ...without,
    HOME: undefined,
    CONTAINER_SANDBOX_MOUNT_POINT: undefined,
    ...env,
  });
}

/**
 * Starts a bundle with this environment besides the test's own; undefined takes a variable away. Its coverage is not counted, since
 * that would be the bundle's.
 */
export function startBundle(main: string, args: readonly string[], env: NodeJS.ProcessEnv): Child {
  return new Child(process.execPath, [main, ...args], {
    ...process.env,
    NODE_V8_COVERAGE: undefined,
    ...env,
  });
}

/** Where an elector serves its HTTP API, once it does. */
export async function urlOf(elector: Child): Promise<string> {
  const [, url = ''] = await elector.line(/serves the HTTP API.*(http:\/\/[^\s"]+)/);
  return url;
}

/** What an elector answers on `GET /`. For a leader that is a promise (rule 6). */
export async function statusOf(elector: Child): Promise<ElectionStatus> {
  const response = await fetch(await urlOf(elector));
  return (await response.json()) as ElectionStatus;
}
