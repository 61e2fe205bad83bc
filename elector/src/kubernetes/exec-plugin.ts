import { execFile, type ExecFileException } from 'node:child_process';
import { isJsonObject, parseJson, type JsonObject } from '../../../base/json.ts';

/** What a plugin answered: the status of an ExecCredential (client.authentication.k8s.io). Each may be missing. */
export interface ExecCredential {
  readonly token?: string | undefined;
  /** PEM, as the next. */
  readonly clientCertificateData?: string | undefined;
  readonly clientKeyData?: string | undefined;
}

// It may ask a person to log in elsewhere.
const longestRunMs = 60_000;

/**
 * Runs a kubeconfig's credential plugin (`exec`: command, args, env). One that takes longer than `timeoutMs` is killed; it cannot ask
 * on the terminal, since its standard input is empty. Rejects with one error that names the command and what went wrong.
 */
export async function runExecPlugin(exec: JsonObject, timeoutMs = longestRunMs): Promise<ExecCredential> {
  const { command, args, env } = exec;
  if (typeof command !== 'string' || command === '') throw new Error('exec plugin: no command is given');
  const output = await outputOf(command, texts(args), environmentOf(env), timeoutMs);
  const answer = parseJson(output);
  const status = isJsonObject(answer) ? answer['status'] : undefined;
  if (!isJsonObject(status)) throw new Error(`exec plugin ${command}: its answer is no ExecCredential`);
  return {
    token: text(status['token']),
    clientCertificateData: text(status['clientCertificateData']),
    clientKeyData: text(status['clientKeyData']),
  };
}

function outputOf(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`exec plugin ${command}: ${problemOf(error, stderr, timeoutMs)}`));
    });
    child.stdin?.on('error', () => undefined); // it need not read
    child.stdin?.end();
  });
}

function problemOf(error: ExecFileException, stderr: string, timeoutMs: number): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it writes without end';
  if (error.killed) return `it did not end within ${timeoutMs} ms`;
  if (typeof error.code === 'string') return error.message; // it was not started
  return stderr.trim() || `it ended with ${error.code ?? error.signal}`;
}

function texts(args: unknown): string[] {
  return Array.isArray(args) ? args.map(String) : [];
}

/** This process's environment, and the plugin's own: a list of name and value. */
function environmentOf(env: unknown): NodeJS.ProcessEnv {
  const listed: readonly unknown[] = Array.isArray(env) ? env : [];
  const own = listed.filter(isJsonObject).map(({ name, value }) => [String(name), String(value)] as const);
  return { ...process.env, ...(Object.fromEntries(own) as Record<string, string>) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
