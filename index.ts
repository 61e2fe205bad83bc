import { Cluster } from './infra/cluster.ts';
import { readConfig } from './infra/config.ts';
import { LeaderElection } from './infra/election/leader-election.ts';
import { buildImages } from './infra/images.ts';
import { namespaceOf } from './infra/namespace.ts';
import { nextSteps } from './infra/next-steps.ts';
import { leaderPort } from './infra/names.ts';
import { appHealthUrl } from './infra/pod.ts';
import { WebApp } from './infra/web-app.ts';

const config = readConfig();
const images = await buildImages(config);
const cluster = new Cluster(config);
const namespace = namespaceOf(config, cluster.provider);
const common = { ...config, namespace, imagePullPolicy: images.pullPolicy };
const providers = [cluster.provider];

const election = new LeaderElection(
  'leader-elector',
  {
    ...common,
    image: images.elector,
    appHealthUrl,
    leaderPort: config.leaderService ? leaderPort : null,
  },
  { providers },
);
const app = new WebApp('leader-elector', { ...common, image: images.app, election }, { providers });

export const url = cluster.urlOf(app.nodePort);
export const next = nextSteps(config, url);
