import assert from 'node:assert/strict';
import type { ElectionState } from '../src/heard-election.ts';
import { renderPage } from '../src/page.ts';
import { viewOf } from '../src/pod-view.ts';

const pod = { name: 'leader-elector-7cbdd6bcc5-z79jc', ip: '10.244.0.7' };
const time = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));

/** The page's text as a reader of `curl`'s output finds it: line by line, without tags. */
function textLines(election: ElectionState): string[] {
  const page = renderPage(viewOf(pod, election, time)).replace(/<(style|script)>.*?<\/\1>/gs, '');
  return page
    .split('\n')
    .map((line) => line.replace(/<[^>]*>/g, ''))
    .filter((line) => line !== '');
}

describe('The page', () => {
  const election: Record<string, { state: ElectionState; verdict: string }> = {
    'this pod leads': { state: { state: 'leading', leader: pod.name }, verdict: 'I am the current master!' },
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
    const name = `"><script>alert('1')</script>&amp;`;
    const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;';
    const page = renderPage(viewOf({ name, ip: name }, { state: 'following', leader: name }, time));
    assert.ok(!page.includes(name));
    assert.ok(page.includes(`data-pod="${escaped}"`));
    assert.ok(page.includes(`>My hostname: ${escaped}<`));
    assert.ok(page.includes(`>My IP: ${escaped}<`));
    assert.ok(page.includes(`>The master is at hostname: ${escaped}<`));
  });
});
