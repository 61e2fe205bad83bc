import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
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
    state.release();
    assert.ok(!existsSync(join(folder, 'new', 'state')));
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
      (error) => error instanceof StartError && error.message.includes(`in use by process ${process.ppid}.`),
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
    const state = await StateFolder.claim(folder, 0);
    assert.deepEqual(readdirSync(folder), [`instance-${process.pid}`]);
    state.release();
  });

  it('that cannot be made is an error that names it', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(StateFolder.claim(join(folder, 'file', 'state')), /file\/state cannot be written/);
  });
});
