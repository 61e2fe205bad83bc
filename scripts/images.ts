import { join } from 'node:path';
import { withOptions } from '../base/options.ts';
import { runCommand } from '../base/run-command.ts';
import { projectFolder } from '../infra/bundle.ts';
import { dockerBuild } from '../infra/docker-build.ts';
import { imageName } from '../infra/image-name.ts';
import { app, elector } from '../infra/packages.ts';

const command = {
  command: 'npm run images',
  summary: "Builds the elector's and the app's images with Docker.",
  options: {},
};

await runCommand(
  withOptions(command, async () => {
    for (const source of [elector, app]) {
      const image = await imageName(source);
      dockerBuild(image, join(projectFolder, source.folder));
      console.log(`built ${image}`);
    }
  }),
);
