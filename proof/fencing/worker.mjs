/* global fetch */
// A worker of which only the leader works: it reads a number from a store and writes one more, with its fencing token.
import { request } from 'node:http';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isValid, present } from './validity.mjs';

const { ELECTOR_URL = 'http://localhost:4040', STORE_URL, POD_NAME } = process.env;

for (;;) {
  const askedAt = present();
  const answer = await (await fetch(ELECTOR_URL)).json();
  if (answer.isLeader) await countOn(answer, askedAt);
  await sleep(50);
}

async function countOn(answer, askedAt) {
  const { value } = await (await fetch(STORE_URL)).json();
  if (!isValid(answer, askedAt)) return;
  // From here on no check in this process helps: it may be frozen between any two instructions, and the network may take its time.
  await write({ by: POD_NAME, value: value + 1, token: answer.fencingToken });
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
