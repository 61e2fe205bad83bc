import { ApiStatusError } from './api.ts';
import type { FieldError } from './field-error.ts';
import type { StatusDetails } from 'kubernetes-types/meta/v1.js';

/** A resource as the API's messages name it: `deployments.apps`, `pods`. */
export function qualifiedName(name: string, group: string): string {
  return group === '' ? name : `${name}.${group}`;
}

interface Named {
  readonly group: string;
  readonly resource: string;
}

function failure(code: number, reason: string, message: string, details?: StatusDetails): ApiStatusError {
  return new ApiStatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  });
}

function detailsOf({ group, resource }: Named, name = ''): StatusDetails {
  return { ...(name && { name }), ...(group && { group }), kind: resource };
}

/** 400: the request itself is wrong. */
export const badRequest = (message: string): ApiStatusError => failure(400, 'BadRequest', message);

/** 401: no credentials, or none that count. */
export const unauthorized = (): ApiStatusError => failure(401, 'Unauthorized', 'Unauthorized');

/** 403, with what is forbidden and why. */
export function forbidden(named: Named, name: string, why: string): ApiStatusError {
  const what = qualifiedName(named.resource, named.group);
  const subject = name === '' ? what : `${what} "${name}"`;
  return failure(403, 'Forbidden', `${subject} is forbidden: ${why}`, detailsOf(named, name));
}

/** 403 for a path that is no resource. */
export const forbiddenPath = (path: string, why: string): ApiStatusError =>
  failure(403, 'Forbidden', `forbidden: ${why} path "${path}"`, {});

/** 404: no object of that name. */
export function notFound(named: Named, name: string): ApiStatusError {
  const message = `${qualifiedName(named.resource, named.group)} "${name}" not found`;
  return failure(404, 'NotFound', message, detailsOf(named, name));
}

/** 404: no such resource. */
export const unknownResource = (): ApiStatusError =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {});

/** 405: the resource has no such verb. */
export const methodNotAllowed = (): ApiStatusError =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** 409: the name is taken. */
export function alreadyExists(named: Named, name: string): ApiStatusError {
  const message = `${qualifiedName(named.resource, named.group)} "${name}" already exists`;
  return failure(409, 'AlreadyExists', message, detailsOf(named, name));
}

/** 409: a condition of the write does not hold. */
export function conflict(named: Named, name: string, why: string): ApiStatusError {
  const what = qualifiedName(named.resource, named.group);
  const message = `Operation cannot be fulfilled on ${what} "${name}": ${why}`;
  return failure(409, 'Conflict', message, detailsOf(named, name));
}

/** 410: the resourceVersion to start from is no longer remembered. */
export const expired = (message: string): ApiStatusError => failure(410, 'Expired', message);

/** 413: more than the server reads. */
export const tooLarge = (message: string): ApiStatusError => failure(413, 'RequestEntityTooLarge', message);

/** 415: a body in a form that is not understood. */
export const unsupportedMediaType = (message: string): ApiStatusError =>
  failure(415, 'UnsupportedMediaType', message);

/** 422: the object breaks a rule; each error names its field. */
export function invalid(
  kind: string,
  group: string,
  name: string,
  errors: readonly FieldError[],
): ApiStatusError {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  const list = texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
  return failure(422, 'Invalid', `${qualifiedName(kind, group)} "${name}" is invalid: ${list}`, {
    name,
    ...(group && { group }),
    kind,
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

/** 429: not now. */
export const tooManyRequests = (message: string, details: StatusDetails): ApiStatusError =>
  failure(429, 'TooManyRequests', message, details);

/** 500: this server failed. */
export const internalError = (message: string): ApiStatusError =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

/** 500 without a reason, as for some wrong parameters. */
export const internalFailure = (message: string): ApiStatusError => failure(500, '', message);

/** 503: what the request is passed on to does not answer. */
export const serviceUnavailable = (message: string): ApiStatusError =>
  failure(503, 'ServiceUnavailable', message);

/** 501: a real cluster does this; this one does not. */
export const notImplemented = (message: string): ApiStatusError => failure(501, 'NotImplemented', message);

/** 406: none of the forms that the client accepts. */
export const notAcceptable = (available: readonly string[]): ApiStatusError =>
  failure(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`,
    {},
  );

/** 422: a patch that does not fit the object it is meant for. */
export const rejectedPatch = (): ApiStatusError =>
  failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
