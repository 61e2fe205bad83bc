import http from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import type { Pod, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { omit } from '../../../base/omit.ts';
import type { PodName } from '../pod-processes.ts';
import { nameOf } from '../resource.ts';
import { badRequest, serviceUnavailable } from '../status.ts';
import type { ApiRequest } from './api-request.ts';

/** Where a request is passed on to. */
interface Destination extends PodName {
  /** For people. */
  readonly address: string;
  readonly port: number;
}

/**
 * Answers `…/pods/NAME:PORT/proxy/PATH` and `…/services/NAME:PORT/proxy/PATH` with what the pod, or one of the service's
 * ready pods, answers. The port may be left out, and `http:` may precede the name. @throws ApiStatusError
 */
export function handleProxy(request: ApiRequest): Promise<void> {
  const { scheme, name, port } = split(request.target.objectName);
  if (scheme !== 'http') throw badRequest('the embedded cluster passes requests on by http alone');
  const isPod = request.resource.plural === 'pods';
  const destination = isPod ? podDestination(request, name, port) : serviceDestination(request, name, port);
  const found = request.backend.processes.portOf(destination, destination.port);
  if (found === undefined) throw unreachable(destination, 'connect: connection refused');
  return passOn(request, destination, found);
}

/** Reads `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`. */
function split(text: string): { scheme: string; name: string; port: string } {
  const parts = text.split(':');
  const [scheme, name, port] = parts.length < 3 ? ['', ...parts] : parts;
  return { scheme: scheme || 'http', name: name ?? '', port: port ?? '' };
}

function podDestination(
  { backend, resource, namespace }: ApiRequest,
  name: string,
  port: string,
): Destination {
  const { spec, status } = backend.registry.get(nameOf(resource), namespace, name) as unknown as Pod;
  const number = port === '' ? (spec?.containers[0]?.ports?.[0]?.containerPort ?? 80) : Number(port);
  return { namespace: namespace ?? '', pod: name, address: status?.podIP ?? '', port: number };
}

function serviceDestination(
  { backend: { registry }, resource, namespace }: ApiRequest,
  name: string,
  port: string,
): Destination {
  const { spec } = registry.get(nameOf(resource), namespace, name) as unknown as Service;
  const number = /^\d+$/.test(port) ? Number(port) : undefined;
  const servicePort = spec?.ports?.find((one) => one.port === number);
  if (number !== undefined && !servicePort)
    throw serviceUnavailable(`no service port ${number} found for service "${name}"`);
  const selection = { namespace, labelSelector: `kubernetes.io/service-name=${name}` };
  const slices = registry.list({ group: 'discovery.k8s.io', resource: 'endpointslices' }, selection).items;
  const ready = (slices as unknown as EndpointSlice[]).flatMap((slice) =>
    readyIn(slice, servicePort ? (servicePort.name ?? '') : port),
  );
  const chosen = ready[Math.floor(Math.random() * ready.length)];
  if (!chosen) throw serviceUnavailable(`no endpoints available for service "${name}"`);
  return { namespace: namespace ?? '', ...chosen };
}

function readyIn(
  { endpoints, ports = [] }: EndpointSlice,
  portName: string,
): Omit<Destination, 'namespace'>[] {
  const port = ports.find(({ name = '' }) => name === portName)?.port;
  if (port === undefined) return [];
  return endpoints.flatMap(({ addresses: [address = ''], conditions, targetRef }) =>
    conditions?.ready === false ? [] : [{ pod: targetRef?.name ?? '', address, port }],
  );
}

const unreachable = ({ address, port }: Destination, why: string) =>
  serviceUnavailable(`error trying to reach service: dial tcp ${address}:${port}: ${why}`);

function passOn({ request, response }: ApiRequest, destination: Destination, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onwards = http.request({ ...optionsFor(request), host: '127.0.0.1', port });
    onwards.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
      resolve();
    });
    onwards.once('error', ({ message }) => reject(unreachable(destination, message)));
    response.once('close', () => onwards.destroy());
    request.pipe(onwards);
  });
}

/** The request as the pod gets it: below its own root, and without what the client proved itself with to this server. */
function optionsFor({ method = 'GET', url = '/', headers, socket }: IncomingMessage): RequestOptions {
  const [path = '', ...query] = url.split('?');
  return {
    method,
    path: [pathInPod(path), ...query].join('?'),
    headers: {
      ...omit(headers, 'authorization'),
      connection: 'close',
      'x-forwarded-for': socket.remoteAddress,
      'x-forwarded-uri': path,
    },
  };
}

/** What follows on `/api/v1/namespaces/NAMESPACE/RESOURCE/NAME/proxy`, with as few escapes as it needs: `%2F` is a slash. */
function pathInPod(path: string): string {
  const below = decodeURIComponent(path.replace(/^(?:\/[^/]+){6}\/proxy/, ''));
  const escaped = encodeURI(below).replace(/[?#]/g, encodeURIComponent);
  return escaped.startsWith('/') ? escaped : `/${escaped}`;
}
