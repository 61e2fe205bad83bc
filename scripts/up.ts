import { projectFolder } from '../infra/bundle.ts';
import { destroy, showUrl, up } from '../infra/stack-commands.ts';
import { openStack, StackError } from '../infra/pulumi-cli.ts';

const commands = { up, url: showUrl, destroy };

// npm run up -- --yes: what follows the command is handed to pulumi.
const [command = '', ...args] = process.argv.slice(2);
const run = Object.entries(commands).find(([name]) => name === command)?.[1];
if (run === undefined) {
  console.error(`${JSON.stringify(command)} is none of ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}
try {
  await run(await openStack(projectFolder), args);
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
