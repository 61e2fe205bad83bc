import type { RequestOptions } from 'node:https';
import type { Clock } from '../../../base/clock.ts';
import { AuthorizationCache, type Authorization } from './credentials.ts';
import { runExecPlugin } from './exec-plugin.ts';
import type { ExecConfig, Impersonation, KubeContext, KubeconfigUser } from './kube-context.ts';
import type { KubeConfigObject } from './kubeconfig-object.ts';
import { RenewedCredential } from './renewed-credential.ts';
import { readGiven, readFileText, requireKeyPair, Rotated } from './rotated-file.ts';

/** The user of a kubeconfig: what its requests carry. */
export interface Caller {
  /** For one request. Rejects with an error that says what is missing or failed. */
  authorize(): Promise<Authorization>;
  /** The server did not accept this one (401). */
  rejected(authorization: Authorization): void;
  /** Nothing is renewed any more. */
  close(): void;
}

/**
 * Who asks, in client-go's order: a token, a name and password, or a certificate; without any of them the exec plugin is run. Over plain
 * http (`protocol`) nobody is told who asks (client-go's `IsConfigTransportTLS`).
 * @throws Error where the user has an auth-provider, and there is no `kubeConfig` that knows it
 */
export function callerOf(
  context: KubeContext,
  protocol: string,
  kubeConfig: KubeConfigObject | null,
  clock?: Clock,
): Caller {
  const { user } = context;
  const impersonating = impersonationHeaders(user.impersonation);
  if (protocol === 'http:') return unchanging({ headers: impersonating, tls: {} });
  if (user.authProvider !== null) {
    if (kubeConfig !== null) return providedCaller(kubeConfig);
    const problem = `auth-provider "${user.authProvider}" is not supported; use an exec plugin`;
    throw new Error(`user "${user.name}": ${problem}`);
  }
  const isIdentified =
    user.token || user.tokenFile || user.username || user.password || user.clientCertificate;
  if (user.exec !== null && !isIdentified) return execCaller(context, user.exec, impersonating, clock);
  return storedCaller(user, impersonating, clock);
}

function unchanging(authorization: Authorization): Caller {
  return {
    authorize: () => Promise.resolve(authorization),
    rejected: () => undefined,
    close: () => undefined,
  };
}

/** What stands in the kubeconfig, or in files that it names, which are read anew each minute. */
function storedCaller(user: KubeconfigUser, impersonating: Authorization['headers'], clock?: Clock): Caller {
  const tokenFile = new Rotated(() => readFileText(user.tokenFile, 'tokenFile'));
  const certificate = new Rotated(() => readCertificate(user));
  const cache = new AuthorizationCache(
    async () => ({
      headers: { ...impersonating, ...(await authorizationHeader(user, tokenFile)) },
      tls: await certificate.get(),
    }),
    clock,
  );
  return { authorize: () => cache.get(), rejected: () => cache.forget(), close: () => undefined };
}

/** A tokenFile goes before a token, which counts where the file could never be read (`NewBearerAuthWithRefreshRoundTripper`). */
async function authorizationHeader(
  user: KubeconfigUser,
  tokenFile: Rotated<string>,
): Promise<Authorization['headers']> {
  const { username, password } = user;
  if (user.tokenFile !== '') {
    const read = tokenFile.get();
    return bearer(await (user.token === '' ? read : read.catch(() => user.token)));
  }
  if (user.token !== '') return bearer(user.token);
  if (username === '' && password === '') return {};
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

async function readCertificate({ clientCertificate }: KubeconfigUser): Promise<Authorization['tls']> {
  if (clientCertificate === null) return {};
  const cert = await readGiven(clientCertificate.certificate, 'client-certificate');
  const key = await readGiven(clientCertificate.key, 'client-key');
  requireKeyPair(cert, key);
  return { cert, key };
}

/** What a plugin gives, for as long as it says, or until the server does not accept it. */
function execCaller(
  { cluster }: KubeContext,
  exec: ExecConfig,
  impersonating: Authorization['headers'],
  clock?: Clock,
): Caller {
  const renewed = new RenewedCredential(async () => {
    const authority = cluster.certificateAuthority;
    const ca = authority === null ? '' : await readGiven(authority, 'certificate-authority');
    const credential = await runExecPlugin(exec, { cluster, certificateAuthority: ca });
    const { token, clientCertificateData: cert, clientKeyData: key, expiresAt } = credential;
    const headers = { ...impersonating, ...(token === '' ? {} : bearer(token)) };
    return { headers, tls: cert === '' ? {} : { cert, key }, expiresAt };
  }, clock);
  return {
    authorize: () => renewed.get(),
    // One that was made since then is not to blame.
    rejected: ({ headers }) => renewed.reject((present) => present.headers === headers),
    close: () => renewed.close(),
  };
}

/** What client-node gives for an auth-provider, or by an authenticator that somebody has added to it; asked anew each minute. */
function providedCaller(kubeConfig: KubeConfigObject): Caller {
  const cache = new AuthorizationCache(async () => {
    const options: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(options);
    const headers = Object.entries(options.headers ?? {}).map(
      ([name, value]) => [name, String(value)] as const,
    );
    const { cert, key } = options;
    return { headers: Object.fromEntries(headers), tls: { cert, key } };
  });
  return { authorize: () => cache.get(), rejected: () => cache.forget(), close: () => undefined };
}

function bearer(token: string): Authorization['headers'] {
  return { Authorization: `Bearer ${token}` };
}

/** As client-go's `NewImpersonatingRoundTripper`. */
function impersonationHeaders(impersonation: Impersonation | null): Authorization['headers'] {
  if (impersonation === null) return {};
  const { user, uid, groups, extra } = impersonation;
  return {
    'Impersonate-User': user,
    ...(uid === '' ? {} : { 'Impersonate-Uid': uid }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values]),
    ),
  };
}
