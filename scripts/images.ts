import { join } from 'node:path';
import { withOptions, type Command, type OptionValues } from '../base/options.ts';
import { runCommand } from '../base/run-command.ts';
import { projectFolder } from '../infra/bundle.ts';
import { dockerBuild, dockerDaemon, dockerPush, loadCommands } from '../infra/docker-images.ts';
import { imageName } from '../infra/image-name.ts';
import { app, elector } from '../infra/packages.ts';
import { registry } from '../infra/registry.ts';

const command = {
  command: 'npm run images',
  summary: "Builds the elector's and the app's images with Docker.",
  options: {
    registry: {
      form: '--registry REGISTRY',
      description: 'push them there, as the config keys images and registry name them',
      rule: registry,
      default: null,
      defaultInWords: 'they stay in the Docker daemon',
    },
  },
} as const satisfies Command;

async function run({ registry: to }: OptionValues<typeof command.options>): Promise<undefined> {
  const images: string[] = [];
  for (const source of [elector, app]) {
    const name = await imageName(source);
    const image = to === null ? name : `${to}/${name}`;
    dockerBuild(image, join(projectFolder, source.folder));
    console.log(`built ${image}`);
    images.push(image);
  }
  if (to === null) tellWhereTheyAre(images);
  else images.forEach(dockerPush);
}

function tellWhereTheyAre(images: readonly string[]): void {
  console.log(`in the Docker daemon ${dockerDaemon()}`);
  console.log('Where the nodes do not have its images, one of these takes them there:');
  for (const load of loadCommands(images)) console.log(`  ${load}`);
}

await runCommand(withOptions(command, run));
