import type { Pod } from 'kubernetes-types/core/v1.js';
import { badRequest } from '../status.ts';
import type { PodLogOptions } from '../pod-logs.ts';
import { nameOf } from '../resource.ts';
import type { ApiRequest } from './api-request.ts';
import { containerOf } from './container-parameter.ts';
import { isTrue } from './request-target.ts';

/** Answers `GET …/pods/NAME/log` with the lines of one container. @throws ApiStatusError */
export async function handlePodLog(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target, query, response } = request;
  // The registry keeps no pod that its definition does not accept.
  const pod = backend.registry.get(nameOf(resource), namespace, target.objectName) as unknown as Pod;
  const container = containerOf(pod, query.get('container'));
  const options = readOptions(query, { namespace: namespace ?? '', pod: target.objectName, container });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let bytesLeft = wholeNumber(query, 'limitBytes', 1) ?? Infinity;
  for await (const line of backend.logs.read(options, gone.signal)) {
    if (!response.headersSent) begin(request);
    const bytes = Buffer.from(`${line}\n`).subarray(0, bytesLeft);
    response.write(bytes);
    bytesLeft -= bytes.length;
    if (bytesLeft === 0) break;
  }
  if (!response.headersSent) begin(request);
  response.end();
}

function begin({ response }: ApiRequest): void {
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.flushHeaders();
}

function readOptions(
  query: URLSearchParams,
  which: Pick<PodLogOptions, 'namespace' | 'pod' | 'container'>,
): PodLogOptions {
  const tailLines = wholeNumber(query, 'tailLines', 0);
  const sinceSeconds = wholeNumber(query, 'sinceSeconds', 1);
  const sinceTime = moment(query, 'sinceTime');
  return {
    ...which,
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    ...(tailLines !== null && { tailLines }),
    ...(sinceSeconds !== null && { sinceSeconds }),
    ...(sinceTime !== null && { sinceTime }),
  };
}

function moment(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const value = Date.parse(text);
  if (!Number.isNaN(value)) return value;
  throw badRequest(`${name}: ${JSON.stringify(text)} must be a time as in RFC 3339`);
}

function wholeNumber(query: URLSearchParams, name: string, least: number): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw badRequest(`${name}: ${JSON.stringify(text)} must be a whole number of at least ${least}`);
}
