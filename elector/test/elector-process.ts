import type { ElectionStatus } from '../src/election-status.ts';
import { TestProcess } from './process.ts';

const main = new URL('../dist/main.cjs', import.meta.url);

/** Starts the elector with these flags and variables, and none of the credentials or settings of the one who runs the tests. */
export function startElector(args: readonly string[], env: NodeJS.ProcessEnv): TestProcess {
  const settings = Object.keys(process.env).filter((name) => /^(ELECTOR_|KUBE)/.test(name));
  const without = Object.fromEntries(settings.map((name) => [name, undefined]));
  return TestProcess.start(main, args, {
    ...without,
    HOME: undefined,
    CONTAINER_SANDBOX_MOUNT_POINT: undefined,
    ...env,
  });
}

/** Where an elector serves its HTTP API, once it does. */
export async function urlOf(elector: TestProcess): Promise<string> {
  const [, url = ''] = await elector.line(/serves the HTTP API.*(http:\/\/[^\s"]+)/);
  return url;
}

/** What an elector answers on `GET /`. For a leader that is a promise (rule 6). */
export async function statusOf(elector: TestProcess): Promise<ElectionStatus> {
  const response = await fetch(await urlOf(elector));
  return (await response.json()) as ElectionStatus;
}
