// The least that can watch an object in Node: one HTTPS request, whose answer is thrown away. Its arguments: namespace, name.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import process from 'node:process';

const {
  CONTAINER_SANDBOX_MOUNT_POINT: root,
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port,
} = process.env;
const mounted = (file) =>
  readFileSync(`${root}/var/run/secrets/kubernetes.io/serviceaccount/${file}`, 'utf8');
const [namespace, name] = process.argv.slice(2);
const path = `/api/v1/namespaces/${namespace}/endpoints?watch=1&fieldSelector=metadata.name%3D${name}`;
const headers = { Authorization: `Bearer ${mounted('token')}` };

https.get({ host, port, path, headers, ca: mounted('ca.crt') }, (response) => {
  process.stdout.write(`${response.statusCode}\n`);
  response.resume();
});
