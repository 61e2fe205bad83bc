// dns.lookup answers for the names that the cluster knows, and asks the machine for all others.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { resolveName } from './names.mjs';

const { lookup } = dns;
const lookupPromise = dns.promises.lookup;

dns.lookup = function (hostname, ...rest) {
  const { alias, addresses } = resolveName(hostname) ?? { alias: hostname };
  if (alias !== undefined) return lookup(alias, ...rest);
  const callback = rest.at(-1);
  const options = rest.length > 1 ? optionsOf(rest[0]) : {};
  const found = records(addresses, options);
  if (found.length === 0) process.nextTick(callback, notFound(hostname));
  else if (options.all) process.nextTick(callback, null, found);
  else process.nextTick(callback, null, found[0].address, found[0].family);
  return {};
};
// util.promisify goes by a property of the function.
Object.defineProperties(dns.lookup, Object.getOwnPropertyDescriptors(lookup));

dns.promises.lookup = async function (hostname, given) {
  const { alias, addresses } = resolveName(hostname) ?? { alias: hostname };
  if (alias !== undefined) return lookupPromise(alias, given);
  const options = optionsOf(given);
  const found = records(addresses, options);
  if (found.length === 0) throw notFound(hostname);
  return options.all ? found : found[0];
};

syncBuiltinESMExports();

const optionsOf = (given) => (typeof given === 'number' ? { family: given } : (given ?? {}));

/** All of the cluster's addresses are of family 4. */
const records = (addresses, { family }) =>
  family === 6 || family === 'IPv6' ? [] : addresses.map((address) => ({ address, family: 4 }));

const notFound = (hostname) =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname,
  });
