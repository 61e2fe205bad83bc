import { BlockList, isIP } from 'node:net';
import { invalidValue } from './field-error.ts';
import type { FieldError } from './field-error.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16);
linkLocal.addSubnet('fe80::', 10, 'ipv6');

const family = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');

/** What is wrong with `ip` as the address of an endpoint: it must be one that other machines could reach. */
export function validateEndpointAddress(field: string, ip: string): FieldError[] {
  if (isIP(ip) === 0)
    return [
      invalidValue(field, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
      invalidValue(field, ip, 'must be a valid IP address'),
    ];
  if (ip === '0.0.0.0' || ip === '::') return [invalidValue(field, ip, `may not be unspecified (${ip})`)];
  if (loopback.check(ip, family(ip)))
    return [invalidValue(field, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  if (linkLocal.check(ip, family(ip)))
    return [invalidValue(field, ip, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
  return [];
}
