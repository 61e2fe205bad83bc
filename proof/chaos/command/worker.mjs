/* global setInterval */
// The command that `npm run chaos:command` runs: it tells every few milliseconds that it works, with its fencing token, its process and the
// time. With the argument "stubborn" it does not end on SIGTERM.
import process from 'node:process';

const { LEADER_ELECTION_FENCING_TOKEN: token } = process.env;
if (process.argv[2] === 'stubborn') process.on('SIGTERM', () => undefined);
setInterval(() => {
  process.stdout.write(`works ${token} ${process.pid} ${Number(process.hrtime.bigint()) / 1e6}\n`);
}, 5);
