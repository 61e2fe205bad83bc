import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { Package } from './bundle.ts';
import type { StackConfig } from './config.ts';
import type { SidecarArgs } from './election/sidecar.ts';
import { imageName } from './image-name.ts';
import { minikubeDaemon } from './minikube.ts';
import { app, elector } from './packages.ts';

/** The images, as pods name them. */
export interface Images {
  readonly elector: pulumi.Input<string>;
  readonly app: pulumi.Input<string>;
  readonly pullPolicy: SidecarArgs['imagePullPolicy'];
}

type ImagesConfig = Pick<
  StackConfig,
  'images' | 'context' | 'platform' | 'registry' | 'registryUsername' | 'registryPassword'
>;

/**
 * Bundles both packages and builds their images where the config says. Those that are pushed are named by their digests, all others by
 * tags that are hashes of what is in them.
 * @throws pulumi.RunError when minikube's daemon cannot be found; nothing has been created then.
 */
export async function buildImages(config: ImagesConfig): Promise<Images> {
  // minikube's daemon has the name of the context.
  const daemon = config.images === 'minikube' ? await minikubeDaemon(config.context) : {};
  const [electorImage, appImage] = await Promise.all([imageName(elector), imageName(app)]);
  // What is on the node alone is not to be looked for on Docker Hub when it is missing.
  const pullPolicy = config.images === 'registry' ? 'IfNotPresent' : 'Never';
  if (config.images === 'none') return { elector: electorImage, app: appImage, pullPolicy };

  const provider = new docker.Provider(config.images === 'minikube' ? config.context : 'docker', daemon);
  const built = (source: Package, name: string) => buildImage(source, name, config, provider);
  return { elector: built(elector, electorImage), app: built(app, appImage), pullPolicy };
}

function buildImage(
  { folder, image }: Package,
  name: string,
  config: ImagesConfig,
  provider: docker.Provider,
): pulumi.Output<string> {
  const build = {
    context: folder,
    dockerfile: `${folder}/Dockerfile`,
    // Docker's provider would take this machine's by itself, but with a note at every run.
    platform: config.platform || ownPlatform,
  };
  if (config.images !== 'registry')
    return new docker.Image(image, { imageName: name, build, skipPush: true }, { provider }).imageName;
  const pushed = { imageName: `${config.registry}/${name}`, build, registry: credentials(config) };
  return new docker.Image(image, pushed, { provider }).repoDigest;
}

const ownPlatform = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** Without a user, those are used with which docker has logged in. */
function credentials({ registry, registryUsername, registryPassword }: ImagesConfig) {
  const [server = ''] = registry.split('/');
  if (registryUsername === '') return { server };
  return { server, username: registryUsername, password: pulumi.secret(registryPassword) };
}
