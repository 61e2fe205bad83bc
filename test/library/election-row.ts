import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildren, type Child } from '../../base/testing/child.ts';
import { ClusterWithRights } from './cluster.ts';
import { rights } from './readme.ts';

/** A cluster with the README's rights, for the tests of a suite. */
export function useLibraryCluster(): { readonly cluster: ClusterWithRights } {
  let folder = '';
  let cluster: ClusterWithRights | null = null;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'library-cluster-'));
    cluster = await ClusterWithRights.start(folder, rights);
  });
  after(async () => {
    await cluster?.stop();
    await rm(folder, { recursive: true });
  });
  afterEach(endChildren);
  return {
    get cluster() {
      if (cluster === null) throw new Error('the cluster has not been started');
      return cluster;
    },
  };
}

/** The name of the candidate in a program that works as the leader. */
export async function leaderIn(program: Child): Promise<string> {
  const [, name = ''] = await program.line(/^(\S+) works$/);
  return name;
}

/** That a program leads, and hands the lock over when it is stopped; it ends so, unless otherwise with 0. */
export async function assertLeadsAndStops(
  program: Child,
  cluster: ClusterWithRights,
  end: number | NodeJS.Signals = 0,
): Promise<void> {
  const name = await leaderIn(program);
  program.signal('SIGTERM');
  assert.equal(await program.ended, end, program.lines.join('\n'));
  assert.deepEqual(cluster.holders.slice(-2), [name, '']);
}
