import { execFile, type ExecFileException } from 'node:child_process';
import { isJsonObject, parseJson, type JsonObject } from '../../../base/json.ts';
import type { KubeconfigCluster, ExecConfig } from './kube-context.ts';
import { textIn } from './kubeconfig-fields.ts';

/** What a plugin answered: the status of an ExecCredential (client.authentication.k8s.io). Texts that are not there are `''`. */
export interface ExecCredential {
  readonly token: string;
  /** PEM, as the next; neither or both are there. */
  readonly clientCertificateData: string;
  readonly clientKeyData: string;
  /** When it runs out, on the wall clock; null where the plugin does not say. */
  readonly expiresAt: number | null;
}

/** What a plugin may be told of the cluster that it is asked for. */
export interface ExecCluster {
  readonly cluster: KubeconfigCluster;
  /** PEM; `''` for none. */
  readonly certificateAuthority: string;
}

// It may ask a person to log in elsewhere.
const longestRunMs = 60_000;

/**
 * Runs a kubeconfig's credential plugin as client-go does, with KUBERNETES_EXEC_INFO. One that takes longer than `timeoutMs` is killed; it
 * cannot ask on the terminal, since its standard input is empty. Rejects with one error that names the command and what went wrong.
 */
export async function runExecPlugin(
  exec: ExecConfig,
  cluster: ExecCluster,
  timeoutMs = longestRunMs,
): Promise<ExecCredential> {
  try {
    if (exec.interactiveMode === 'Always')
      throw new Error('its interactiveMode is Always, and there is no terminal for it here');
    const env = {
      ...process.env,
      ...exec.env,
      KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(exec, cluster)),
    };
    return readAnswer(await outputOf(exec, env, timeoutMs), exec);
  } catch (error) {
    throw new Error(`exec plugin ${exec.command}: ${(error as Error).message}`, { cause: error });
  }
}

function execInfo(exec: ExecConfig, { cluster, certificateAuthority }: ExecCluster): JsonObject {
  const info = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName || undefined,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
    'certificate-authority-data': certificateAuthority === '' ? undefined : btoa(certificateAuthority),
    'proxy-url': cluster.proxyUrl || undefined,
    'disable-compression': cluster.disableCompression || undefined,
    config: cluster.execConfig ?? null,
  };
  return {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { ...(exec.provideClusterInfo ? { cluster: info } : {}), interactive: false },
  };
}

function readAnswer(output: string, { apiVersion }: ExecConfig): ExecCredential {
  const answer = parseJson(output);
  if (!isJsonObject(answer) || answer['kind'] !== 'ExecCredential')
    throw new Error('its answer is no ExecCredential');
  if (answer['apiVersion'] !== apiVersion)
    throw new Error(`it was asked for ${apiVersion}, and answered ${String(answer['apiVersion'])}`);
  const status = answer['status'];
  if (!isJsonObject(status)) throw new Error('its answer has no status');
  const credential = {
    token: textIn(status, 'token'),
    clientCertificateData: textIn(status, 'clientCertificateData'),
    clientKeyData: textIn(status, 'clientKeyData'),
    expiresAt: expiryIn(status),
  };
  const { token, clientCertificateData, clientKeyData } = credential;
  if ((clientCertificateData === '') !== (clientKeyData === ''))
    throw new Error('its answer has only one of certificate and key');
  if (token === '' && clientKeyData === '')
    throw new Error('its answer has neither a token nor a certificate');
  return credential;
}

function expiryIn(status: JsonObject): number | null {
  const text = textIn(status, 'expirationTimestamp');
  if (text === '') return null;
  const expiresAt = Date.parse(text);
  if (Number.isNaN(expiresAt)) throw new Error(`its expirationTimestamp is no time: ${text.slice(0, 40)}`);
  return expiresAt;
}

function outputOf(exec: ExecConfig, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
    const child = execFile(exec.command, exec.args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(problemOf(error, stderr, exec, timeoutMs)));
    });
    child.stdin?.on('error', () => undefined); // it need not read
    child.stdin?.end();
  });
}

function problemOf(
  error: ExecFileException,
  stderr: string,
  { installHint }: ExecConfig,
  timeoutMs: number,
): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it writes without end';
  if (error.killed) return `it did not end within ${timeoutMs} ms`;
  // It was not started.
  if (typeof error.code === 'string')
    return [error.message, installHint].filter((text) => text !== '').join('; ');
  return stderr.trim() || `it ended with ${error.code ?? error.signal}`;
}
