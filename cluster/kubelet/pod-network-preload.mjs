// Loaded into every container's Node (`--import`): gives each pod ports of its own without root. A port that the
// container listens on becomes a free one of 127.0.0.1, published as a symbolic link `<network>/<address>/<port>`
// whose target is `<pid>:<free port>`. A connection to an address that has a folder there follows the link.
// POD_NETWORK names the pod's own folder; `localhost` and the wildcard addresses mean the pod itself.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';

const own = process.env.POD_NETWORK;
const loopback = new Set([undefined, null, '', 'localhost', '127.0.0.1', '::1', '[::1]', '0.0.0.0', '::']);
const { listen, address } = net.Server.prototype;
const { connect } = net.Socket.prototype;
const podPort = Symbol('the port that the container asked for');

net.Server.prototype.listen = function (...args) {
  const [{ port, backlog, signal, ...other }, onListening] = net._normalizeArgs(args);
  if (port === undefined || other.path || typeof other.fd === 'number') return listen.apply(this, args);
  this.prependOnceListener('listening', () => publish(this, Number(port)));
  const options = { port: 0, host: '127.0.0.1', backlog, signal };
  return listen.call(this, options, ...(onListening ? [onListening] : []));
};

function publish(server, port) {
  const free = address.call(server).port;
  server[podPort] = port || free;
  const link = path.join(own, String(server[podPort]));
  fs.rmSync(link, { force: true });
  fs.symlinkSync(`${process.pid}:${free}`, link);
  server.once('close', () => fs.rmSync(link, { force: true }));
}

net.Server.prototype.address = function () {
  const bound = address.call(this);
  return bound && this[podPort] ? { ...bound, port: this[podPort] } : bound;
};

net.Socket.prototype.connect = function (...args) {
  const normalized = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
  const { host, port, path: pipe } = normalized[0];
  if (!pipe && port !== undefined) normalized[0] = { ...normalized[0], ...route(host, Number(port)) };
  return connect.call(this, normalized);
};

function route(host, port) {
  const network = path.dirname(own);
  const folder = loopback.has(host) ? own : path.join(network, host);
  const found =
    published(path.join(network, String(host), String(port))) ?? published(path.join(folder, String(port)));
  if (found) return { host: '127.0.0.1', port: found };
  return fs.existsSync(folder) ? { host: 'unpublished', lookup: refuse(host ?? 'localhost', port) } : {};
}

function published(link) {
  try {
    return Number(fs.readlinkSync(link).split(':')[1]);
  } catch {
    return undefined;
  }
}

const refuse = (host, port) => (_name, _options, done) =>
  done(
    Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: host,
      port,
    }),
  );
