import type { JsonObject } from '../../../base/json.ts';

/** What a kubeconfig of one context says. */
export interface KubeconfigParts {
  readonly cluster: JsonObject;
  readonly user?: JsonObject;
  readonly namespace?: string;
}

/** A kubeconfig as JSON, which is YAML too. */
export function kubeconfigOf({ cluster, user = {}, namespace }: KubeconfigParts): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me', namespace } }],
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'me', user }],
  });
}

/** A credential plugin, as a program of Node.js; it answers with this status, in which `expression` may compute what it needs. */
export function pluginScript(expression: string, before = ''): string {
  return `#!${process.execPath}
${before}
const status = ${expression};
console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status }));
`;
}

/** The `exec` of a user. */
export function execOf(command: string, more: JsonObject = {}): JsonObject {
  const apiVersion = 'client.authentication.k8s.io/v1';
  return { exec: { apiVersion, interactiveMode: 'Never', command, ...more } };
}
