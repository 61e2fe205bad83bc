import { readConfig } from './infra/config.ts';
import { Cluster } from './infra/cluster.ts';
import { Election } from './infra/election.ts';
import { buildImages } from './infra/images.ts';
import { nextSteps } from './infra/next-steps.ts';
import { WebApp } from './infra/web-app.ts';

const config = readConfig();
const images = await buildImages(config);
const cluster = new Cluster(config);

const election = new Election(
  'leader-elector',
  { namespace: config.namespace, election: config.election },
  { providers: [cluster.provider] },
);

const app = new WebApp(
  'leader-elector',
  { ...config, images, serviceAccountName: election.serviceAccountName },
  { providers: [cluster.provider] },
);

export const url = cluster.urlOf(app.nodePort);
export const next = nextSteps(config, url);
