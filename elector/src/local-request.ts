import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Why a request does not come from a program on this machine (in a pod: from one of its containers) that means to send it; null where
 * it does. Its peer must be a loopback address. Its Host must name this machine and it may have no Origin, since a browser on
 * this machine sends what any web page asks it to, in the case of Host even under a name of that page's choice.
 */
export function refusalOfForeign(request: IncomingMessage): string | null {
  const { remoteAddress = 'an unknown address' } = request.socket;
  if (!isLoopback(remoteAddress)) return `this is for the pod's own programs, not for ${remoteAddress}`;
  const { host = '', origin } = request.headers;
  if (!isLocalHost(host)) {
    return `the Host header is ${JSON.stringify(host)}; it must be localhost, 127.x.x.x or [::1]`;
  }
  if (origin !== undefined)
    return `there is an Origin header, ${JSON.stringify(origin)}; web pages may not ask this`;
  return null;
}

/** 127.0.0.0/8 or ::1; also in the form ::ffff:127.x.x.x, in which a socket for both families shows the former. */
function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a Host header is `localhost` or a loopback address, with any port or none. */
function isLocalHost(host: string): boolean {
  const { v6, name = '' } = /^(?:\[(?<v6>[^\]]*)\]|(?<name>[^:]*))(?::\d*)?$/.exec(host)?.groups ?? {};
  return name.toLowerCase() === 'localhost' || isLoopback(v6 ?? name);
}
