import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../base/user-error.ts';

/** The stack that the npm scripts work on. */
export const stackName = 'dev';

/** The Pulumi CLI in a project's folder, with a backend to keep the stack in. */
export interface PulumiCli {
  /** What must be in the environment to find the stack; empty where the user's own backend holds it. */
  readonly backend: Readonly<Record<string, string>>;
  /** Whether there is a terminal that Pulumi can ask on. */
  readonly interactive: boolean;
  /** Runs `pulumi` with these arguments on the user's terminal. Resolves to its exit code. */
  run(...args: string[]): Promise<number>;
}

/**
 * Finds the CLI and a backend: the one the user is logged in to, else the folder `.pulumi-state` of the project.
 * @throws UserError when the CLI is not installed.
 */
export async function openStack(
  project: string,
  env = process.env,
  interactive = process.stdin.isTTY && process.stdout.isTTY,
): Promise<PulumiCli> {
  const loggedIn = (await pulumi(['whoami', '--non-interactive'], project, env, 'ignore')) === 0;
  const backend = loggedIn ? {} : await localBackend(project, env);
  const run = (...args: string[]) =>
    keepingStackFile(project, () => pulumi(args, project, { ...env, ...backend }, 'inherit'));
  return { backend, interactive, run };
}

async function localBackend(project: string, env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const folder = join(project, '.pulumi-state');
  await mkdir(folder, { recursive: true });
  const backend = { PULUMI_BACKEND_URL: pathToFileURL(folder).href };
  // The stack holds no secret that a passphrase would protect; Pulumi insists on one all the same.
  const hasPassphrase = 'PULUMI_CONFIG_PASSPHRASE' in env || 'PULUMI_CONFIG_PASSPHRASE_FILE' in env;
  return hasPassphrase ? backend : { ...backend, PULUMI_CONFIG_PASSPHRASE: '' };
}

/** The local backend makes Pulumi write a salt into the stack's committed config file: this puts the file back. */
async function keepingStackFile(project: string, run: () => Promise<number>): Promise<number> {
  const file = join(project, `Pulumi.${stackName}.yaml`);
  const content = await readFile(file).catch(() => null);
  try {
    return await run();
  } finally {
    if (content === null) await rm(file, { force: true });
    else await writeFile(file, content);
  }
}

async function pulumi(
  args: readonly string[],
  project: string,
  env: NodeJS.ProcessEnv,
  stdio: 'ignore' | 'inherit',
): Promise<number> {
  const child = spawn('pulumi', args, { cwd: project, env, stdio });
  // On Ctrl-C the terminal tells pulumi too: it ends in its own time, and this after it.
  const wait = () => undefined;
  process.on('SIGINT', wait);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } catch (error) {
    throw new UserError(
      `pulumi cannot be run (${error instanceof Error ? error.message : String(error)}). Install it: ` +
        'https://www.pulumi.com/docs/install/, or do without: npm run images && npm run --silent manifests | kubectl apply -f -',
    );
  } finally {
    process.off('SIGINT', wait);
  }
}
