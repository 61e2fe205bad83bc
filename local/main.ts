// `npm start`: runs the example on an embedded cluster until it is told to end.
import { withOptions } from '../base/options.ts';
import { runCommand } from '../base/run-command.ts';
import { Engine } from './engine/engine.ts';
import { command, exampleOptions } from './options.ts';

await runCommand(
  withOptions(command, async (options) => {
    // Its process takes seconds to load Pulumi, so it begins before anything else is begun here.
    const engine = new Engine();
    const { run } = await import('./run.ts');
    await run(exampleOptions(options), engine);
  }),
);
