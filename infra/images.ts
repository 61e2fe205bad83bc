import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import type { Package } from './bundle.ts';
import type { StackConfig } from './config.ts';
import { imageName } from './image-name.ts';
import { minikubeDaemon } from './minikube.ts';
import { app, elector } from './packages.ts';

/** That of this machine, which minikube's node shares. Docker's provider would take it too, but with a note at every run. */
const ownPlatform = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;

const pullPolicy = 'Never';

/** The names of the images, tags included. */
export interface Images {
  readonly elector: pulumi.Input<string>;
  readonly app: pulumi.Input<string>;
  /** They are built on the node, in no registry: otherwise, a missing one would be looked for on Docker Hub. */
  readonly pullPolicy: 'Never';
}

/**
 * Bundles both packages and builds their images where the config says: in minikube's own Docker daemon, whose name
 * is the context's, or nowhere.
 * @throws pulumi.RunError when minikube's daemon cannot be found; nothing has been created then.
 */
export async function buildImages({
  images,
  context,
}: Pick<StackConfig, 'images' | 'context'>): Promise<Images> {
  const daemon = images === 'minikube' ? await minikubeDaemon(context) : null;
  const [electorImage, appImage] = await Promise.all([imageName(elector), imageName(app)]);
  if (daemon === null) return { elector: electorImage, app: appImage, pullPolicy };

  const provider = new docker.Provider(context, daemon);
  const built = ({ folder, image }: Package, name: string) => {
    const build = { context: folder, dockerfile: `${folder}/Dockerfile`, platform: ownPlatform };
    return new docker.Image(image, { imageName: name, build, skipPush: true }, { provider }).imageName;
  };
  return { elector: built(elector, electorImage), app: built(app, appImage), pullPolicy };
}
