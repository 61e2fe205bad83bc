import net from 'node:net';
import type { Duplex } from 'node:stream';
import { nameOf } from '../resource.ts';
import { SpdyConnection } from '../spdy/connection.ts';
import type { ApiRequest } from './api-request.ts';
import { acceptSpdy } from './upgrade.ts';

/**
 * Answers `…/pods/NAME/portforward`, `kubectl port-forward`: a SPDY connection in which the client opens, for each of its
 * connections, a stream for errors and then one for data, both with the number of the connection and the pod's port.
 * @throws ApiStatusError
 */
export async function handlePortForward(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target } = request;
  backend.registry.get(nameOf(resource), namespace, target.objectName);
  const pod = { namespace: namespace ?? '', pod: target.objectName };
  const errors = new Map<string, Duplex>();
  new SpdyConnection(await acceptSpdy(request, 'portforward.k8s.io'), (headers, stream) => {
    const id = headers.get('requestid') ?? headers.get('port') ?? '';
    if (headers.get('streamtype') === 'error') {
      errors.set(id, stream.resume());
      stream.once('close', () => errors.delete(id));
      return;
    }
    const port = Number(headers.get('port'));
    forward(pod.pod, port, backend.processes.portOf(pod, port), stream, errors.get(id));
  });
}

function forward(
  pod: string,
  port: number,
  target: number | undefined,
  data: Duplex,
  errors: Duplex | undefined,
): void {
  const fail = (why: string) => {
    errors?.end(
      `error forwarding port ${port} to pod ${pod}, uid : failed to connect to localhost:${port} inside namespace ` +
        `"${pod}", IPv4: dial tcp4 127.0.0.1:${port}: ${why}`,
    );
    data.destroy();
  };
  if (target === undefined) {
    fail('connect: connection refused');
    return;
  }
  const connection = net.connect({ host: '127.0.0.1', port: target, allowHalfOpen: true });
  data.pipe(connection).pipe(data);
  connection.once('error', ({ message }) => fail(message));
  connection.once('close', () => errors?.end());
  data.once('error', () => connection.destroy()).once('close', () => connection.destroy());
}
