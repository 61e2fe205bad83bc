import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { endChildren, type Child } from '../../base/testing/child.ts';
import { eventually } from '../../base/testing/eventually.ts';
import type { ApiClient } from '../../cluster/testing/index.ts';
import { launchBrowser } from '../browser.ts';
import { administrator, npmStart, reachable, withStateDir } from './npm-start.ts';
import type { Reachable } from './npm-start.ts';

const annotation = 'control-plane.alpha.kubernetes.io/leader';
const endpoints = '/api/v1/namespaces/default/endpoints/example';
const pod = (name: string) => `/api/v1/namespaces/default/pods/${name}`;

// So long that no leader can have come from a lease that ran out: who leads after another has taken over at once.
const ttl = '600';

describe('npm start', function () {
  this.timeout(60_000);
  let start: Child;
  let where: Reachable;
  let api: ApiClient;
  let finish: () => void;
  let finished: Promise<void>;
  let stateDir: string;

  before(async () => {
    await new Promise<void>((ready, failed) => {
      finished = withStateDir(async (folder) => {
        stateDir = folder;
        start = npmStart('--state-dir', folder, '--ttl', ttl);
        where = await reachable(start);
        api = await administrator(where);
        await new Promise<void>((resolve) => {
          finish = resolve;
          ready();
        });
      });
      finished.catch(failed);
    });
  });

  after(async () => {
    api.close();
    await endChildren();
    finish();
    await finished;
  });

  async function leader(): Promise<string> {
    const { metadata } = await api.found(endpoints);
    const annotations = metadata['annotations'] as Record<string, string>;
    return (JSON.parse(annotations[annotation] ?? '{}') as { holderIdentity: string }).holderIdentity;
  }

  async function page(): Promise<string> {
    return (await fetch(where.url)).text();
  }

  it('prints every object that it creates, and who leads', () => {
    for (const object of [
      'serviceaccount/leader-elector',
      'poddisruptionbudget/leader-elector',
      'clusterrole/leader-elector',
      'clusterrolebinding/leader-elector',
      'deployment/leader-elector',
      'service/leader-elector-service',
    ])
      assert.ok(
        start.lines.some((line) => line.endsWith(`created  ${object}`)),
        object,
      );
    assert.ok(start.lines.some((line) => / leader +\S+ leads \(nobody led before\)$/.test(line)));
    assert.ok(!start.lines.join('').includes('\u001b'), 'colour, though nobody sees it');
  });

  it('prints commands that can be pasted', async () => {
    assert.equal((await stat(where.kubeconfig)).mode & 0o777, 0o600);
    const commands = start.lines.filter((line) => line.startsWith('  kubectl ')).map((line) => line.trim());
    const kubectl = `kubectl --kubeconfig ${where.kubeconfig}`;
    assert.deepEqual(commands, [
      `${kubectl} get pods`,
      `${kubectl} get endpoints example -o json`,
      `${kubectl} delete pod ${await leader()}`,
    ]);
    if (spawnSync('kubectl', ['version', '--client']).error) return;
    const [list = '', record = ''] = commands.map((command) => command.split(' '));
    assert.match(
      run(list),
      /^NAME +READY +STATUS +RESTARTS +AGE\n(leader-elector-\S+ +2\/2 +Running .*\n){3}$/,
    );
    const { metadata } = JSON.parse(run(record)) as { metadata: { annotations: Record<string, string> } };
    assert.ok(metadata.annotations[annotation]?.includes(await leader()));
  });

  it('refuses to share its folder', async () => {
    const second = npmStart('--state-dir', stateDir);
    assert.equal(await second.ended, 1);
    assert.deepEqual(second.lines.length, 1);
    assert.match(second.lines[0] ?? '', new RegExp(`in use by process ${start.pid}\\..*--state-dir DIR`));
    assert.ok((await stat(where.kubeconfig)).isFile(), 'the kubeconfig of the first is gone');
    assert.match(await page(), /My hostname:/);
  });

  it('shows the page, on which the next pod leads as soon as the leader is deleted', async () => {
    const former = await leader();
    assert.match(await page(), new RegExp(`I am the current master!|The master is at hostname: ${former}`));
    const from = start.lines.length;
    assert.equal((await api.delete(pod(former))).code, 200);
    const [, next = '', why = ''] = await start.line(/ leader +(\S+) leads after [\d.]+ m?s \((.*)\)$/, from);
    assert.ok(why.startsWith(`${former} was deleted and released the lock`), why);
    assert.notEqual(next, former);
    assert.equal(await leader(), next);
    await eventually('a page that names the next leader', async () =>
      new RegExp(`hostname: ${next}</p>`).test(await page()),
    );
    await start.line(new RegExp(` pod +${former}  gone$`), from);
  });

  it('keeps the page in a browser up to date without a reload', async () => {
    const browser = await launchBrowser();
    try {
      await followInBrowser(browser);
    } finally {
      await browser.close();
    }
  });

  async function followInBrowser(browser: Browser): Promise<void> {
    const tab = await browser.newPage();
    await tab.goto(where.url);
    await tab.evaluate('globalThis.neverReloaded = true');
    const shown = (name: string) => tab.locator('#verdict', { hasText: name });
    const former = await leader();
    const own = ((await tab.locator('#hostname').textContent()) ?? '').replace('My hostname: ', '');
    await shown(own === former ? 'I am the current master!' : former).waitFor();
    const from = start.lines.length;
    await api.delete(pod(former));
    const [, next = ''] = await start.line(/ leader +(\S+) leads after/, from);
    // The page may come from another pod now, and that one may be the leader.
    const verdict = new RegExp(`I am the current master!|The master is at hostname: ${next}`);
    await tab.locator('#verdict', { hasText: verdict }).waitFor();
    assert.equal(await tab.evaluate('globalThis.neverReloaded'), true);
  }

  it('deletes every object and ends with 0 on SIGTERM', async () => {
    start.signal('SIGTERM');
    assert.equal(await start.ended, 0);
    const deleted = start.lines.flatMap((line) => / deleted +(\S+)$/.exec(line)?.[1] ?? []);
    assert.deepEqual(
      deleted.sort(),
      [
        'clusterrole/leader-elector',
        'clusterrolebinding/leader-elector',
        'deployment/leader-elector',
        'poddisruptionbudget/leader-elector',
        'role/leader-elector-endpoints',
        'rolebinding/leader-elector-endpoints',
        'service/leader-elector-service',
        'serviceaccount/leader-elector',
      ],
      start.lines.join('\n'),
    );
  });
});

function run([command = '', ...args]: string | string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' });
}
