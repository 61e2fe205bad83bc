import { UserError } from '../base/user-error.ts';
import { stackName } from './pulumi-cli.ts';
import type { PulumiCli } from './pulumi-cli.ts';

/** Creates or updates the stack. Asks before it does, where there is a terminal to ask on. */
export async function up(pulumi: PulumiCli, args: readonly string[]): Promise<void> {
  await succeed(pulumi, 'stack', 'select', '--create', stackName);
  await succeed(pulumi, 'up', '--stack', stackName, ...unasked(pulumi), ...args);
  printBackend(pulumi);
}

/** Prints the page's URL. */
export async function showUrl(pulumi: PulumiCli, args: readonly string[]): Promise<void> {
  const code = await pulumi.run('stack', 'output', 'url', '--stack', stackName, ...args);
  if (code !== 0) throw new UserError(`the stack ${stackName} has no URL. Next: npm run up`);
}

/** Deletes everything that the stack made. Asks before it does, where there is a terminal to ask on. */
export async function destroy(pulumi: PulumiCli, args: readonly string[]): Promise<void> {
  await succeed(pulumi, 'destroy', '--stack', stackName, ...unasked(pulumi), ...args);
}

async function succeed(pulumi: PulumiCli, ...args: string[]): Promise<void> {
  const code = await pulumi.run(...args);
  if (code !== 0) throw new UserError(`pulumi ${args.join(' ')} ended with ${code}`);
}

function unasked({ interactive }: PulumiCli): string[] {
  return interactive ? [] : ['--yes'];
}

function printBackend({ backend }: PulumiCli): void {
  const variables = Object.entries(backend);
  if (variables.length === 0) return;
  console.log(
    '\nYou are not logged in to Pulumi: the stack is kept in this folder. For pulumi itself to find it:',
  );
  for (const [name, value] of variables) console.log(`  export ${name}='${value.replaceAll("'", "'\\''")}'`);
}
