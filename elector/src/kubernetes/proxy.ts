import { BlockList, isIP } from 'node:net';

/**
 * The proxy on the way to an API server: the kubeconfig's `proxy-url`, or else what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say, as Go's
 * net/http reads them for kubectl; null for none.
 * @throws Error that names a proxy which cannot be used
 */
export function proxyFor(server: URL, proxyUrl: string, env: NodeJS.ProcessEnv): URL | null {
  if (proxyUrl !== '') return readProxy('proxy-url', proxyUrl);
  const variable = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = valueOf(env, variable);
  if (proxy === '' || isExempt(server, valueOf(env, 'NO_PROXY'))) return null;
  return readProxy(variable, /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
}

function valueOf(env: NodeJS.ProcessEnv, variable: string): string {
  return env[variable] || env[variable.toLowerCase()] || '';
}

function readProxy(where: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // It may have a password.
  const shown = url === null ? 'no URL' : `a ${url.protocol}// URL`;
  throw new Error(`${where} is ${shown}; it must be an http:// or https:// one`);
}

/** Whether a server is not to be reached by the proxy that the environment names; this machine never is. */
function isExempt({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const hostPort = port || (protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || isWithin(host, '127.0.0.0/8') || isWithin(host, '::1')) return true;
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry !== '' && matches(entry, host, hostPort));
}

/** As golang.org/x/net/http/httpproxy has it: `*`, an address, a range, a domain with those below it, or `.domain` for those alone. */
function matches(entry: string, host: string, hostPort: string): boolean {
  if (entry === '*') return true;
  if (isWithin(host, entry)) return true;
  const [, name = '', port = ''] = /^\[?(.+?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  if (port !== '' && port !== hostPort) return false;
  if (isIP(host) !== 0) return isWithin(host, name);
  const domain = name.replace(/^\*(?=\.)/, '');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/** Whether an address is this one, or in this range. */
function isWithin(host: string, range: string): boolean {
  const [address = '', bits] = range.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family) return false;
  const longest = family === 4 ? 32 : 128;
  const prefix = Number(bits ?? longest);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > longest) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, prefix, type);
  return list.check(host, type);
}
