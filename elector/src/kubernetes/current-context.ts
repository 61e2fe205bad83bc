import { existsSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { dnsLabel } from '../../../base/rules.ts';
import {
  execApiVersions,
  interactiveModes,
  type ClientCertificate,
  type KubeconfigCluster,
  type ExecConfig,
  type Given,
  type Impersonation,
  type KubeContext,
  type KubeconfigUser,
} from './kube-context.ts';
import { flagIn, listIn, objectIn, textIn } from './kubeconfig-fields.ts';

/** One kubeconfig, parsed: the paths in it are relative to `folder`. */
export interface KubeconfigSource {
  readonly folder: string;
  readonly config: JsonObject;
}

/** An entry of one of a kubeconfig's lists, and the folder of the kubeconfig that it is from. */
interface Entry {
  readonly folder: string;
  readonly object: JsonObject;
}

/**
 * What the current context leads to, in kubeconfigs that are merged as kubectl merges them: the first one that names something decides
 * what that is, as a whole. What kubectl refuses is refused (client-go's tools/clientcmd/validation.go).
 * @throws Error that says what is wrong
 */
export function currentContext(sources: readonly KubeconfigSource[]): KubeContext {
  const name = sources.map(({ config }) => textIn(config, 'current-context')).find((text) => text !== '');
  const problem = (what: string) => new Error(`${what}; choose one with kubectl config use-context`);
  if (name === undefined) throw problem('no current context');
  const context = entryOf(sources, 'contexts', 'context', name);
  if (context === null) throw problem(`the current context "${name}" is not in it`);
  const namespace = textIn(context.object, 'namespace');
  if (namespace !== '' && dnsLabel.parse(namespace) === undefined)
    throw new Error(`namespace "${namespace}" of context "${name}" is no name of a namespace`);
  const named = (list: string, field: string) => {
    const wanted = textIn(context.object, field);
    if (wanted === '') throw new Error(`context "${name}" names no ${field}`);
    const entry = entryOf(sources, list, field, wanted);
    if (entry === null) throw new Error(`${field} "${wanted}" is not in it`);
    return { entry, wanted };
  };
  const cluster = named('clusters', 'cluster');
  const user = named('users', 'user');
  return {
    cluster: within(`cluster "${cluster.wanted}"`, () => readCluster(cluster.wanted, cluster.entry)),
    user: within(`user "${user.wanted}"`, () => readUser(user.wanted, user.entry)),
    namespace,
  };
}

function entryOf(
  sources: readonly KubeconfigSource[],
  list: string,
  field: string,
  name: string,
): Entry | null {
  for (const { folder, config } of sources) {
    const entries = listIn(config, list, (entry) => (isJsonObject(entry) ? entry : {}));
    const found = entries.find((entry) => entry['name'] === name);
    if (found !== undefined)
      return { folder, object: within(`${field} "${name}"`, () => objectIn(found, field)) ?? {} };
  }
  return null;
}

function readCluster(name: string, entry: Entry): KubeconfigCluster {
  const { object } = entry;
  const server = textIn(object, 'server');
  if (server === '') throw new Error('it has no server');
  const certificateAuthority = given(entry, 'certificate-authority');
  const insecureSkipTlsVerify = flagIn(object, 'insecure-skip-tls-verify');
  if (insecureSkipTlsVerify && certificateAuthority !== null)
    throw new Error('insecure-skip-tls-verify goes with no certificate-authority');
  return {
    name,
    server,
    certificateAuthority,
    insecureSkipTlsVerify,
    tlsServerName: textIn(object, 'tls-server-name'),
    proxyUrl: textIn(object, 'proxy-url'),
    disableCompression: flagIn(object, 'disable-compression'),
    execConfig: execExtension(object),
  };
}

/** client-go's `clusterExtensionKey`. */
function execExtension(cluster: JsonObject): unknown {
  const extensions = listIn(cluster, 'extensions', (entry) => (isJsonObject(entry) ? entry : {}));
  return extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.['extension'];
}

function readUser(name: string, entry: Entry): KubeconfigUser {
  const { object } = entry;
  const token = textIn(object, 'token');
  const username = textIn(object, 'username');
  const password = textIn(object, 'password');
  const provider = objectIn(object, 'auth-provider');
  if (token !== '' && (username !== '' || password !== ''))
    throw new Error('it has a token, and a username or password; only one is allowed');
  return {
    name,
    clientCertificate: clientCertificate(entry),
    token,
    tokenFile: absolute(entry, textIn(object, 'tokenFile') || tokenFileOf(provider)),
    username,
    password,
    impersonation: impersonation(object),
    exec: within('exec', () => readExec(entry)),
    authProvider: provider === null || tokenFileOf(provider) !== '' ? null : textIn(provider, 'name'),
  };
}

/** As client-node's `loadFromCluster()` has it; kubectl knows no such auth-provider. */
function tokenFileOf(provider: JsonObject | null): string {
  if (provider?.['name'] !== 'tokenFile') return '';
  return textIn(objectIn(provider, 'config') ?? {}, 'tokenFile');
}

function clientCertificate(entry: Entry): ClientCertificate | null {
  const certificate = given(entry, 'client-certificate');
  const key = given(entry, 'client-key');
  if (certificate === null) return null;
  if (key === null) throw new Error('it has a client-certificate, and no client-key');
  return { certificate, key };
}

function impersonation(user: JsonObject): Impersonation | null {
  const groups = listIn(user, 'as-groups', String);
  const extra = Object.entries(objectIn(user, 'as-user-extra') ?? {}).map(([key, values]) => {
    return [key, listIn({ [key]: values }, key, String)] as const;
  });
  const read = {
    user: textIn(user, 'as'),
    uid: textIn(user, 'as-uid'),
    groups,
    extra: Object.fromEntries(extra),
  };
  if (read.user !== '') return read;
  if (read.uid === '' && groups.length === 0 && extra.length === 0) return null;
  throw new Error('as-uid, as-groups and as-user-extra go with "as" alone');
}

function readExec(entry: Entry): ExecConfig | null {
  const exec = objectIn(entry.object, 'exec');
  if (exec === null) return null;
  const command = textIn(exec, 'command');
  if (command === '') throw new Error('no command is given');
  const apiVersion = oneOf(exec, 'apiVersion', execApiVersions, '');
  const usualMode = apiVersion === 'client.authentication.k8s.io/v1' ? '' : 'IfAvailable';
  return {
    // As client-go has it, a name without a slash is looked up on the PATH.
    command: command.includes(sep) ? absolute(entry, command) : command,
    args: listIn(exec, 'args', String),
    env: Object.fromEntries(listIn(exec, 'env', readVariable)),
    apiVersion,
    installHint: textIn(exec, 'installHint'),
    provideClusterInfo: flagIn(exec, 'provideClusterInfo'),
    interactiveMode: oneOf(exec, 'interactiveMode', interactiveModes, usualMode),
  };
}

function readVariable(entry: unknown): readonly [string, string] {
  const variable = isJsonObject(entry) ? entry : {};
  const name = textIn(variable, 'name');
  if (name === '') throw new Error('a variable of env has no name');
  return [name, textIn(variable, 'value')];
}

function oneOf<T extends string>(object: JsonObject, field: string, allowed: readonly T[], usual: string): T {
  const text = textIn(object, field) || usual;
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw new Error(`${field} is ${text === '' ? 'missing' : `"${text}"`}; it must be ${allowed.join(' or ')}`);
}

/** PEM, in place (base64, in FIELD-data) or in a file. Both are an error for kubectl, and so here. */
function given(entry: Entry, field: string): Given | null {
  const data = textIn(entry.object, `${field}-data`).replace(/[\r\n]/g, '');
  const file = absolute(entry, textIn(entry.object, field));
  if (data !== '' && file !== '') throw new Error(`it has both ${field} and ${field}-data`);
  if (file !== '') {
    if (!existsSync(file)) throw new Error(`${field} ${file} does not exist`);
    return { kind: 'file', file };
  }
  if (data === '') return null;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data) || data.length % 4 !== 0)
    throw new Error(`${field}-data is no base64`);
  return { kind: 'data', data: Buffer.from(data, 'base64').toString('utf8') };
}

function absolute({ folder }: Entry, path: string): string {
  return path === '' || isAbsolute(path) ? path : join(folder, path);
}

/** What `read` returns; what it throws says where. */
function within<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
