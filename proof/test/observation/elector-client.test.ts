import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { RawElector } from '../../../app/test/raw-elector.ts';
import { ElectorClient } from '../../observation/elector-client.ts';

describe("The client of a chaos run's electors", () => {
  const answers: Record<string, (socket: Socket) => void> = {
    'a switch of protocols': (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
    'a preliminary answer': (socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'),
    'a close without an answer': (socket) => socket.end(),
  };
  for (const [what, answer] of Object.entries(answers)) {
    it(`takes ${what} for none, to GET / as to GET /events`, async () => {
      const elector = await RawElector.start(answer);
      const client = new ElectorClient(() => Number(elector.url.port));
      try {
        assert.equal(await client.ask(), null);
        const events = client.events(new AbortController().signal);
        assert.deepEqual(await events.next(), { done: true, value: undefined });
      } finally {
        client.close();
        await elector.stop();
      }
    });
  }
});
