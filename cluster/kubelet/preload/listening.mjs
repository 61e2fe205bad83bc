// A port that the container listens on becomes a free one of 127.0.0.1, published as `<network>/<address>/<port>`, a link
// whose target is `<pid>:<free port>`.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { own } from './network-folder.mjs';

const { listen, address } = net.Server.prototype;
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
