import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { fencingExperiment } from '../../fencing/experiment.ts';
import { FencedStore } from '../../fencing/store.ts';

const safety = new URL('../../../docs/safety.md', import.meta.url);

describe('A fencing token', () => {
  it('keeps a frozen leader that wakes in the middle of a write from overwriting, as docs/safety.md shows', async () => {
    const lines = await fencingExperiment();
    const printed = withoutNumbers(lines.join('\n'));
    const documented = withoutNumbers(await readFile(safety, 'utf8'));
    assert.ok(
      documented.includes(`\`\`\`\n${printed}\n\`\`\`\n`),
      `docs/safety.md does not show this:\n${lines.join('\n')}`,
    );
  });

  describe('is compared', () => {
    let store: FencedStore;
    afterEach(() => store.stop());

    /** The statuses of writes with these tokens, one after the other. */
    const statuses = async (checksTokens: boolean, tokens: readonly string[]) => {
      store = await FencedStore.start({ checksTokens });
      const answers: (number | undefined)[] = [];
      for (const token of tokens) {
        const headers = { Expect: '100-continue' };
        const writing = request({ port: store.port, host: '127.0.0.1', method: 'PUT', headers });
        writing.on('continue', () => writing.end(JSON.stringify({ by: 'test', value: 1, token })));
        const [answer] = (await once(writing, 'response')) as [IncomingMessage];
        answers.push(answer.resume().statusCode);
      }
      return answers;
    };

    it('as an integer, and the same one may write on', async () => {
      assert.deepEqual(await statuses(true, ['9', '9', '10', '9', '10']), [200, 200, 200, 412, 200]);
    });

    it('to its last digit', async () => {
      const tokens = ['9007199254740993', '9007199254740992', '9223372036854775807', '9223372036854775806'];
      assert.deepEqual(await statuses(true, tokens), [200, 412, 200, 412]);
    });

    it('by nobody else than a store that does so', async () => {
      assert.deepEqual(await statuses(false, ['10', '9']), [200, 200]);
    });
  });
});

function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, 'N');
}
