/* global console, setInterval */
// A command for tests: it tells who it is and its fencing token, and then, every few milliseconds, that it works, and when. With the argument
// "stubborn" it does not end on SIGTERM. An end that it is told of, it tells.
import process from 'node:process';

const { LEADER_ELECTION_IDENTITY, LEADER_ELECTION_FENCING_TOKEN } = process.env;
const isStubborn = process.argv[2] === 'stubborn';
for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1'])
  process.on(signal, () => {
    console.log(`got ${signal}`);
    if (signal === 'SIGTERM' && !isStubborn) process.exit(0);
    if (signal === 'SIGINT') process.exit(5);
  });
console.log(`works as ${LEADER_ELECTION_IDENTITY} with ${LEADER_ELECTION_FENCING_TOKEN} in ${process.pid}`);
setInterval(() => console.log(`at ${Number(process.hrtime.bigint()) / 1e6}`), 5);
