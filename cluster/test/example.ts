import { clientset, EmbeddedCluster } from 'k8s-embedded-cluster';

// Its one image is a web server: whatever its pods listen on is mapped to a free port of this machine.
const program = 'require("http").createServer((request, response) => response.end("Hello")).listen(80)';
const cluster = await EmbeddedCluster.start({
  folder: '.cluster',
  resolveImage: (image) => (image === 'web:1' ? { command: [process.execPath, '-e', program] } : undefined),
  onError: (error) => console.error(error.message),
});

const { deployments, services } = clientset(cluster.api);
const metadata = { name: 'web', namespace: 'default' };
const labels = { app: 'web' };
const readinessProbe = { httpGet: { path: '/', port: 80 } };
const containers = [{ name: 'web', image: 'web:1', readinessProbe }];
deployments.create({
  metadata,
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  },
});
services.create({ metadata, spec: { selector: labels, ports: [{ port: 80 }] } });

await new Promise<void>((resolve) => {
  const end = deployments.watch((_, { status }) => {
    if (status?.availableReplicas !== 2) return;
    end();
    resolve();
  });
});
const port = await cluster.serviceProxy.expose('default', 'web', '', 0);
console.log(await (await fetch(`http://127.0.0.1:${port}`)).text());
await cluster.stop();
