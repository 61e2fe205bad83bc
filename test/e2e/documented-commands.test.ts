import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { endChildren } from '../../base/testing/child.ts';
import { projectFolder } from '../../infra/bundle.ts';
import { npmStart, reachable, withStateDir, type Reachable } from './npm-start.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** The blocks of code under these headings of a document. */
function blocksOf(path: string, ...headings: string[]): string[] {
  const sections = readFileSync(join(projectFolder, path), 'utf8').split(/^#+ /m);
  return sections
    .filter((section) => headings.some((heading) => section.startsWith(`${heading}\n`)))
    .flatMap((section) => [...section.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, code = '']) => code));
}

const isCommands = (block: string) => block.startsWith('kubectl ');

const documented = [
  ...blocksOf('README.md', 'See who leads', 'Make the leader go away'),
  ...blocksOf('docs/troubleshooting.md', 'Something does not work'),
];

/** What a text says apart from what differs each time: names of pods, times, ages, uids, and how far it is indented. */
function shape(output: string): string {
  return output
    .replaceAll(/leader-elector-\w{7,10}-\w{5}/g, 'POD')
    .replaceAll(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, 'TIME')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, 'TIME')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'UID')
    .replaceAll(/\d+(\.\d+){3}/g, 'IP')
    .replaceAll(/\d+[smhd]+$/gm, 'AGE')
    .replaceAll(/(leaderTransitions\\?":)\d+/g, '$1N')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/^ /gm, '')
    .trim();
}

(hasKubectl ? describe : describe.skip)('The commands that the documents show', function () {
  this.timeout(60_000);
  let where: Reachable;
  let finish: () => void;
  let finished: Promise<void>;

  before(
    () =>
      new Promise<void>((ready, failed) => {
        finished = withStateDir(async (folder) => {
          // Both, so that there is a Lease to be shown as well as Endpoints.
          where = await reachable(npmStart('--state-dir', folder, '--lock', 'endpointsleases'));
          ready();
          await new Promise<void>((resolve) => (finish = resolve));
        });
        finished.catch(failed);
      }),
  );

  after(async () => {
    await endChildren();
    finish();
    await finished;
  });

  async function run(command: string): Promise<string> {
    const env = { ...process.env, KUBECONFIG: where.kubeconfig };
    const child = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [closed, stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    assert.deepEqual(closed, [0, null], `${command}: ${stderr}`);
    return stdout;
  }

  const leader = async () =>
    (await run('kubectl get lease example -o jsonpath={.spec.holderIdentity}')).trim();

  for (const [index, block] of documented.entries()) {
    if (!isCommands(block)) continue;
    const [shown = ''] = documented.slice(index + 1, index + 2).filter((next) => !isCommands(next));

    for (const command of block.trim().split('\n'))
      it(`work: ${command}`, async () => {
        const typed = command.replace('leader-elector-<leader-pod-id>', await leader());
        const printed = shape(await run(typed));
        assert.notEqual(printed, '');
        if (shown === '' || command !== block.trim().split('\n').at(-1)) return;
        // That it holds both locks is noted in them, which is not what the document tells of.
        const lines = printed.replace(/,\n"leader-elector\/holds-both": .*/, '').split('\n');
        assert.equal(lines.slice(0, shape(shown).split('\n').length).join('\n'), shape(shown));
      });
  }

  it('have a page beside them that ends as it is shown', async () => {
    const page = (await (await fetch(where.url)).text()).replaceAll(/<[^>]+>/g, '');
    const last = documented.find((block) => block.startsWith('My hostname: '));
    assert.ok(last !== undefined);
    const lines = shape(page).split('\n');
    const from = lines.findIndex((line) => line.startsWith('My hostname: '));
    const said = lines
      .slice(from, from + 4)
      .map((line) => line.replace('I am the current master!', 'The master is at hostname: POD'));
    assert.equal(said.join('\n'), shape(last));
  });
});
