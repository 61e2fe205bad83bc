import { runCommand } from '../base/run-command.ts';
import { usageError } from '../base/user-error.ts';
import { projectFolder } from '../infra/bundle.ts';
import { openStack } from '../infra/pulumi-cli.ts';
import { destroy, showUrl, up } from '../infra/stack-commands.ts';

const commands = { up, url: showUrl, destroy };

await runCommand(async () => {
  // npm run up -- --yes: what follows the command is handed to pulumi.
  const [command = '', ...args] = process.argv.slice(2);
  const run = Object.entries(commands).find(([name]) => name === command)?.[1];
  if (run === undefined)
    throw usageError(`${JSON.stringify(command)} is none of ${Object.keys(commands).join(', ')}`);
  await run(await openStack(projectFolder), args);
});
