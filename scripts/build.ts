import { withOptions } from '../base/options.ts';
import { runCommand } from '../base/run-command.ts';
import { bundle } from '../infra/bundle.ts';
import { app, elector } from '../infra/packages.ts';

const command = { command: 'npm run build', summary: 'Bundles the elector and the app.', options: {} };

await runCommand(
  withOptions(command, async () => {
    for (const source of [elector, app])
      for (const { path, content } of await bundle(source))
        console.log(`${source.folder}/${path} ${Math.ceil(content.length / 1024)} KiB`);
  }),
);
