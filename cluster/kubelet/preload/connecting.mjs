// A connection to an address of the pods' network goes to the port of 127.0.0.1 that is behind it. `<network>/<address>/<port>`
// is a link to `<pid>:<port of 127.0.0.1>` where a process listens, and a file of endpoints where a Service is: each connection
// gets one of them by chance, as kube-proxy's rules have it.
import fs from 'node:fs';
import net from 'node:net';
import { resolveName } from './names.mjs';
import { folderOf, own, readLines, readLink } from './network-folder.mjs';

const loopback = new Set([undefined, null, '', 'localhost', '127.0.0.1', '::1', '[::1]', '0.0.0.0', '::']);
const clusterAddresses = new net.BlockList();
clusterAddresses.addSubnet('10.244.0.0', 24);
clusterAddresses.addSubnet('10.96.0.0', 16);
const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function (...args) {
  const normalized = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
  const { host, port, path: pipe } = normalized[0];
  if (!pipe && port !== undefined) normalized[0] = { ...normalized[0], ...route(host, Number(port)) };
  return connect.call(this, normalized);
};

/** What is to be changed of the options of a connection. */
function route(host, port) {
  if (loopback.has(host)) return toLocalhost(host, port);
  const { addresses } = resolveName(host) ?? { addresses: [host] };
  // The lookup tells of a name without addresses, and finds one that is elsewhere.
  if (!addresses || addresses.length === 0) return {};
  const routes = addresses.map((address) => toAddress(address, port));
  // As Node does with several addresses of a name: the next where one fails.
  return routes.find(({ lookup }) => !lookup) ?? routes[0];
}

function toLocalhost(host, port) {
  const target = readLink(folderOf(host), port) ?? readLink(own, port);
  return target === undefined ? failure('ECONNREFUSED', host ?? 'localhost', port) : toListener(target);
}

function toAddress(address, port) {
  const target = readLink(folderOf(address), port);
  if (target !== undefined) return toListener(target);
  const endpoints = readLines(folderOf(address), port);
  if (endpoints) return toOneOf(endpoints);
  if (fs.existsSync(folderOf(address))) return failure('ECONNREFUSED', address, port);
  if (net.isIPv4(address) && clusterAddresses.check(address)) return failure('EHOSTUNREACH', address, port);
  return { host: address, port };
}

function toOneOf(endpoints) {
  const [address, port] = endpoints[Math.floor(Math.random() * endpoints.length)].split(':');
  return toAddress(address, Number(port));
}

const toListener = (target) => ({ host: '127.0.0.1', port: Number(target.split(':')[1]) });

/** Lets the connection fail, as the lookup of its address. */
function failure(code, address, port) {
  const error = new Error(`connect ${code} ${address}:${port}`);
  const lookup = (_name, _options, done) =>
    done(Object.assign(error, { code, syscall: 'connect', address, port }));
  return { host: 'unpublished', lookup };
}
