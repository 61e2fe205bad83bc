import { join } from 'node:path';
import { projectFolder } from '../infra/bundle.ts';
import { imageName } from '../infra/image-name.ts';
import { app, elector } from '../infra/packages.ts';
import { dockerBuild } from '../infra/docker-build.ts';
import { takesNoArguments } from '../base/takes-no-arguments.ts';

takesNoArguments('images');
try {
  for (const source of [elector, app]) {
    const image = await imageName(source);
    dockerBuild(image, join(projectFolder, source.folder));
    console.log(`built ${image}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
