/* global fetch, performance */
// A worker of which only the leader works: it reads a number from a store and writes one more, with its fencing token.
import { request } from 'node:http';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const { ELECTOR_URL = 'http://localhost:4040', STORE_URL, POD_NAME } = process.env;

for (;;) {
  const right = await askElector();
  if (right.isLeader) await countOn(right);
  await sleep(50);
}

async function askElector() {
  const sentAt = performance.now(); // validForMs counts from here, not from the answer
  const { isLeader, fencingToken, validForMs } = await (await fetch(ELECTOR_URL)).json();
  return { isLeader, fencingToken, until: sentAt + validForMs };
}

async function countOn({ fencingToken, until }) {
  const { value } = await (await fetch(STORE_URL)).json();
  if (performance.now() >= until) return;
  // From here on no check in this process helps: it may be frozen between any two instructions, and the network may take its time.
  await write({ by: POD_NAME, value: value + 1, token: fencingToken });
}

/** Announces a write, and sends it when the store is ready for it. Resolves with the status of the store's answer. */
function write(body) {
  return new Promise((resolve, reject) => {
    const writing = request(STORE_URL, { method: 'PUT', headers: { Expect: '100-continue' } });
    writing.on('continue', () => writing.end(JSON.stringify(body)));
    writing.on('response', (response) => resolve(response.resume().statusCode));
    writing.on('error', reject);
  });
}
