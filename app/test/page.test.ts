import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { ElectionState } from '../page/message.ts';
import { pageScript, renderPage } from '../src/page.ts';
import { pageMessage } from './page-message.ts';

const pod = 'leader-elector-7cbdd6bcc5-z79jc';

function pageOf(given: Parameters<typeof pageMessage>[0]): string {
  return renderPage({ message: pageMessage(given), handovers: [] });
}

/** The page's text as a reader of `curl`'s output finds it: line by line, without tags. */
function textLines(election: ElectionState): string[] {
  return pageOf({ pod, election })
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .split('\n')
    .map((line) => line.replace(/<[^>]*>/g, '').trim())
    .filter((line) => line !== '');
}

describe('The page', () => {
  const election: Record<string, { state: ElectionState; verdict: string }> = {
    'this pod leads': { state: { state: 'leading', leader: pod }, verdict: 'I am the current master!' },
    'another pod leads': {
      state: { state: 'following', leader: 'pod-b' },
      verdict: 'The master is at hostname: pod-b',
    },
    'nobody leads': { state: { state: 'nobody' }, verdict: 'No master is known right now.' },
    'the elector is silent': {
      state: { state: 'silent' },
      verdict: 'The elector is silent, so the master is unknown.',
    },
  };
  for (const [when, { state, verdict }] of Object.entries(election)) {
    it(`says who this is, who leads and what time it is when ${when}`, () => {
      const lines = textLines(state);
      const expected = [
        'My hostname: leader-elector-7cbdd6bcc5-z79jc',
        'My IP: 10.244.0.7',
        verdict,
        'Current time: Fri, 02 Jan 2026 03:04:05 GMT',
      ];
      assert.deepEqual(
        lines.filter((line) => expected.includes(line)),
        expected,
      );
      const verdicts = Object.values(election).map((each) => each.verdict);
      assert.equal(lines.filter((line) => verdicts.includes(line)).length, 1);
    });
  }

  it('shows names as text, whatever is in them', () => {
    const name = `"><script>alert('1')</script>&amp;{{title}}`;
    const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;{{title}}';
    const page = renderPage({
      message: pageMessage({
        pod: name,
        ip: name,
        election: { state: 'following', leader: name },
        pods: [{ name, ip: name, role: 'standby', silentMs: 0, upMs: 0 }],
      }),
      handovers: [{ from: name, to: name, because: name, at: 0, tookMs: null, leaderTransitions: 1 }],
    });
    assert.ok(!page.includes(name));
    assert.ok(page.includes(`data-key="${escaped}"`));
    assert.ok(page.includes(`>My hostname: ${escaped}<`));
    assert.ok(page.includes(`>My IP: ${escaped}<`));
    assert.ok(page.includes(`>The master is at hostname: ${escaped}<`));
  });

  it('has no words of other states in what `curl` prints', () => {
    assert.doesNotMatch(
      pageOf({ election: { state: 'nobody' } }),
      /The master is at|I am the current master/,
    );
  });

  it('is less than 15 KB as it is sent, its script included', () => {
    const bytes = gzipSync(pageOf({})).length + gzipSync(pageScript).length;
    assert.ok(bytes < 15_000, `${bytes} bytes`);
  });
});
