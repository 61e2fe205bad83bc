import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedCluster } from '../../cluster/index.ts';
import { resolveImage } from '../../local/images.ts';
import { createNamespace, createPod } from './pods.ts';
import { FencedStore } from './store.ts';

// What the first leader has counted to when it is frozen, and how far the second one counts on before the first one wakes.
const frozenAfter = 3;
const wokenAfter = 6;

/**
 * Freezes a leader in the middle of a write, until another one has written; once with a store that checks fencing
 * tokens, and once with one that does not. Returns what happened, in lines for people.
 */
export async function fencingExperiment(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fencing-'));
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const cluster = await EmbeddedCluster.start({
    folder: join(folder, 'cluster'),
    resolveImage,
    onError: (error) => fail(error),
  });
  try {
    const runs = Promise.all([freezeInWrite(cluster, 'checks'), freezeInWrite(cluster, 'does-not-check')]);
    const [checked, unchecked] = await Promise.race([runs, failed]);
    return ['A store that checks the token', ...checked, '', 'A store that does not', ...unchecked];
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
}

async function freezeInWrite(
  cluster: EmbeddedCluster,
  namespace: 'checks' | 'does-not-check',
): Promise<string[]> {
  const store = await FencedStore.start({ checksTokens: namespace === 'checks' });
  const startPod = (name: string) => createPod(cluster.api, namespace, name, store.port);
  const signal = (pod: string, name: NodeJS.Signals) => {
    for (const { pid } of cluster.kubelet.processes(namespace, pod)) process.kill(pid, name);
  };
  try {
    cluster.kubelet.network.expose('127.0.0.1', store.port);
    createNamespace(cluster.api, namespace);

    const counted = store.next(({ value }) => value === frozenAfter);
    const announced = holdWriteAfter(store, frozenAfter);
    startPod('worker-a');
    const first = await counted;
    const letGo = await announced;
    signal('worker-a', 'SIGSTOP');
    startPod('worker-b');
    const second = await store.next(({ value }) => value === wokenAfter);

    const ended = store.next(({ by }) => by === 'worker-a');
    signal('worker-a', 'SIGCONT');
    letGo();
    const { value, token, status, before } = await ended;
    return [
      `  worker-a leads with token ${first.token} and counts to ${first.value}`,
      `  worker-a announces a write of ${value}, and is frozen with its elector (SIGSTOP)`,
      `  worker-b leads with token ${second.token} and counts to ${second.value}`,
      `  worker-a wakes (SIGCONT) and ends its write of ${value} with token ${token}: ${status}`,
      status === 412
        ? `  refused, since ${before.token} has written: the value stays ${before.value}`
        : `  the value falls from ${before.value} to ${value}: what worker-b has done is lost`,
    ];
  } finally {
    store.stop();
  }
}

/** Holds the write that is announced once the store holds `value`. Resolves then, with what lets it go on. */
function holdWriteAfter(store: FencedStore, value: number): Promise<() => void> {
  return new Promise((resolve) => {
    store.beforeWrite = () => {
      if (store.last.value !== value) return Promise.resolve();
      store.beforeWrite = () => Promise.resolve();
      return new Promise((letGo) => resolve(letGo));
    };
  });
}
