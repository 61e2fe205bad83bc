import * as k8s from '@pulumi/kubernetes';
import { LeaderElection } from '../../infra/election/leader-election.ts';

const namespace = 'apps';
const labels = { app: 'web' };
const election = new LeaderElection('web', {
  namespace,
  image: 'ghcr.io/OWNER/leader-elector:1.0.0',
  appHealthUrl: 'http://localhost:80/',
});
new k8s.apps.v1.Deployment('web', {
  metadata: { namespace },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: election.attachTo({
      metadata: { labels },
      spec: { containers: [{ name: 'web', image: 'nginx:1.29', ports: [{ containerPort: 80 }] }] },
    }),
  },
});
