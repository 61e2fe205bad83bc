import { invalidValue } from '../field-error.ts';
import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { TokenSubject } from '../service-account-tokens.ts';
import { invalid, methodNotAllowed } from '../status.ts';
import type { ApiRequest } from './api-request.ts';
import { sendObject } from './representation.ts';
import { mediaTypeOf, parseObject, readBody } from './request-body.ts';

const shortestSeconds = 600;
const usualSeconds = 3600;

/** Answers `POST …/serviceaccounts/NAME/token`: a token for that account. @throws ApiStatusError */
export async function handleTokenRequest(request: ApiRequest): Promise<void> {
  const { backend, namespace, target, response, representation } = request;
  if (target.verb !== 'create') throw methodNotAllowed();
  const sent = parseObject(await readBody(request.request), mediaTypeOf(request.request), 'TokenRequest');
  const spec = isJsonObject(sent['spec']) ? sent['spec'] : {};
  const expirationSeconds = lifetime(spec);
  const subject = { namespace: namespace ?? '', serviceAccount: target.objectName, ...boundTo(spec) };
  const issued = backend.tokens.issue(subject, expirationSeconds);
  const answer = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: target.objectName, namespace },
    spec: { ...spec, expirationSeconds },
    status: issued,
  };
  sendObject(response, 201, answer, representation);
}

function lifetime({ expirationSeconds = usualSeconds }: JsonObject): number {
  if (typeof expirationSeconds === 'number' && expirationSeconds >= shortestSeconds) return expirationSeconds;
  throw invalid('TokenRequest', 'authentication.k8s.io', '', [
    invalidValue(
      'spec.expirationSeconds',
      expirationSeconds,
      'may not specify a duration less than 10 minutes',
    ),
  ]);
}

function boundTo({ audiences, boundObjectRef }: JsonObject): Pick<TokenSubject, 'audiences' | 'pod'> {
  const pod =
    isJsonObject(boundObjectRef) && boundObjectRef['kind'] === 'Pod' ? boundObjectRef['name'] : undefined;
  return {
    ...(Array.isArray(audiences) && audiences.length > 0 && { audiences: audiences.map(String) }),
    ...(typeof pod === 'string' && { pod }),
  };
}
