// The names that the cluster's DNS knows: `<network>/names/<name>` has an address a line, or the name that a Service stands
// for. A pod knows its own host name besides.
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { folderOf, own, readLines } from './network-folder.mjs';

const { POD_HOSTNAME, POD_DNS_SEARCH = '' } = process.env;
// As in the resolv.conf that a kubelet writes: a name with fewer dots is first tried in the domains that are searched.
const ndots = 5;

/**
 * What a name stands for: `addresses`, in a new order each time and maybe none, or `alias`, a name elsewhere; undefined
 * where it is an address or not the cluster's to answer.
 */
export function resolveName(name) {
  if (typeof name !== 'string' || net.isIP(name) !== 0) return undefined;
  if (name === POD_HOSTNAME) return { addresses: [path.basename(own)] };
  const found = candidatesFor(name.toLowerCase())
    .map((candidate) => readLines(folderOf('names'), candidate))
    .find((targets) => targets !== undefined);
  if (!found) return /\.cluster\.local\.?$/i.test(name) ? { addresses: [] } : undefined;
  const [first = ''] = found;
  return first !== '' && net.isIP(first) === 0 ? { alias: first } : { addresses: shuffled(found) };
}

function candidatesFor(name) {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const inDomains = POD_DNS_SEARCH.split(' ').map((domain) => `${name}.${domain}`);
  return name.split('.').length > ndots ? [name, ...inDomains] : [...inDomains, name];
}

function shuffled(list) {
  return list
    .map((value) => ({ value, order: Math.random() }))
    .sort((left, right) => left.order - right.order)
    .map(({ value }) => value);
}
