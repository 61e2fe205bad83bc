import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../base/user-error.ts';
import { StateFolder } from '../state-folder.ts';

/** The id of a process that has ended. */
const endedPid = () => spawnSync(process.execPath, ['--version']).pid;

describe('The state folder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'state-folder-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made and, when it is released, removed with all that its instance wrote', async () => {
    const state = await StateFolder.claim(join(folder, 'new', 'state'));
    state.writeKubeconfig('the kubeconfig');
    assert.equal(statSync(state.kubeconfig).mode & 0o777, 0o600);
    mkdirSync(state.kubeletFolder);
    state.release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('keeps what somebody else has put there', async () => {
    writeFileSync(join(folder, 'notes'), '');
    (await StateFolder.claim(folder)).release();
    assert.deepEqual(readdirSync(folder), ['notes']);
  });

  it('belongs to one instance: the next is told whose it is', async () => {
    // The parent of the tests lives as long as they run.
    writeFileSync(join(folder, `instance-${process.ppid}`), '');
    writeFileSync(join(folder, 'kubeconfig'), '');
    await assert.rejects(
      StateFolder.claim(folder),
      (error) => error instanceof UserError && error.message.includes(`in use by process ${process.ppid}.`),
    );
    assert.deepEqual(readdirSync(folder), [`instance-${process.ppid}`, 'kubeconfig']);
  });

  it('is free as soon as what is left of a killed instance has been removed', async () => {
    const claim = join(folder, `instance-${endedPid()}`);
    writeFileSync(claim, '');
    const claimed = StateFolder.claim(folder);
    setImmediate(() => rmSync(claim));
    (await claimed).release();
  });

  it('is cleared of an instance after which nobody cleaned up', async () => {
    const pid = endedPid();
    mkdirSync(join(folder, `kubelet-${pid}`, 'pods'), { recursive: true });
    writeFileSync(join(folder, `instance-${pid}`), '');
    const state = await StateFolder.claim(folder, { patienceMs: 0 });
    assert.deepEqual(readdirSync(folder), [`instance-${process.pid}`]);
    state.release();
  });

  it('is cleared of an instance that had the same process id', async () => {
    mkdirSync(join(folder, `kubelet-${process.pid}`, 'pods'), { recursive: true });
    for (const name of ['kubeconfig', `instance-${process.pid}`]) writeFileSync(join(folder, name), '');
    const state = await StateFolder.claim(folder);
    assert.deepEqual(readdirSync(folder), [`instance-${process.pid}`]);
    state.release();
  });

  it('may hold files whose names only begin as those of an instance', async () => {
    const names = [
      'instance-',
      'instance-0',
      'instance-1e3',
      'instance-99999999999999999999',
      'instance-abc',
    ];
    for (const name of names) writeFileSync(join(folder, name), '');
    (await StateFolder.claim(folder, { patienceMs: 0 })).release();
    assert.deepEqual(readdirSync(folder), names);
  });

  for (const [what, make] of [
    ['a file', (path: string) => writeFileSync(path, 'mine')],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link that leads nowhere', (path: string) => symlinkSync(join(path, 'nowhere'), path)],
  ] as const)
    it(`is not taken where somebody else has a kubeconfig there: ${what}`, async () => {
      make(join(folder, 'kubeconfig'));
      await assert.rejects(
        StateFolder.claim(folder),
        (error) => error instanceof UserError && error.message.includes(`rm ${folder}/kubeconfig`),
      );
      assert.deepEqual(readdirSync(folder), ['kubeconfig']);
    });

  it('is not waited for any longer once the start is aborted', async () => {
    const claim = `instance-${endedPid()}`;
    writeFileSync(join(folder, claim), '');
    const abort = new AbortController();
    const claimed = StateFolder.claim(folder, { patienceMs: Infinity, signal: abort.signal });
    const reason = new Error('told to end');
    setImmediate(() => abort.abort(reason));
    await assert.rejects(claimed, reason);
    assert.deepEqual(readdirSync(folder), [claim]);
  });

  it('that cannot be made is an error that names it', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(StateFolder.claim(join(folder, 'file', 'state')), /file\/state cannot be written/);
  });

  it('that is on a file system without folders of its own is an error, and what was made above it is removed', async () => {
    for (const path of ['/proc', '/proc/embedded/state'])
      await assert.rejects(StateFolder.claim(path), (error: Error) =>
        error.message.startsWith(`the folder ${path} cannot be written: `),
      );
    const name = 'n'.repeat(300);
    await assert.rejects(StateFolder.claim(join(folder, 'new', name)), /ENAMETOOLONG/);
    assert.deepEqual(readdirSync(folder), []);
  });
});
