import { bundle } from '../infra/bundle.ts';
import { app, elector } from '../infra/packages.ts';
import { takesNoArguments } from '../base/takes-no-arguments.ts';

takesNoArguments('build');
for (const source of [elector, app]) {
  for (const { path, content } of await bundle(source)) {
    console.log(`${source.folder}/${path} ${Math.ceil(content.length / 1024)} KiB`);
  }
}
