import { readConfig } from './infra/config.ts';
import { Cluster } from './infra/cluster.ts';
import { buildImages } from './infra/images.ts';
import { LeaderElection } from './infra/leader-election.ts';
import { namespaceOf } from './infra/namespace.ts';
import { nextSteps } from './infra/next-steps.ts';
import { WebApp } from './infra/web-app.ts';

const config = readConfig();
const images = await buildImages(config);
const cluster = new Cluster(config);

const namespace = namespaceOf(config, cluster.provider);
const providers = [cluster.provider];

const election = new LeaderElection('leader-elector', { ...config, namespace }, { providers });

const app = new WebApp(
  'leader-elector',
  { ...config, namespace, images, serviceAccountName: election.serviceAccountName },
  { providers },
);

export const url = cluster.urlOf(app.nodePort);
export const next = nextSteps(config, url);
