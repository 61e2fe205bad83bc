import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../base/testing/eventually.ts';
import type { ElectionStatus } from '../../elector/src/election/election-status.ts';
import { Example } from '../../local/example.ts';
import { EmbeddedChaosCluster } from '../../proof/chaos/embedded-chaos-cluster.ts';
import { ElectorClient } from '../../proof/observation/elector-client.ts';
import { Listeners } from '../../proof/observation/listeners.ts';
import { Recording } from '../../proof/observation/recording.ts';
import { termsOf } from '../../proof/observation/terms.ts';
import { violationsIn } from '../../proof/observation/violations.ts';

/** How long a leader that went silent keeps the lock. */
export const ttlSeconds = 3;

/** The example on an embedded cluster, with all that it can be asked for. */
export class RunningExample {
  readonly example: Example;
  /** What happens to the example by `cluster.inject` is noted here. */
  readonly recording: Recording;
  readonly cluster: EmbeddedChaosCluster;
  readonly #folder: string;

  private constructor(example: Example, folder: string) {
    this.example = example;
    this.#folder = folder;
    this.recording = new Recording();
    this.cluster = new EmbeddedChaosCluster(example, this.recording);
  }

  /** Resolves when all pods are ready, and one leads. */
  static async start(): Promise<RunningExample> {
    const folder = await mkdtemp(join(tmpdir(), 'example-'));
    const nothing = () => undefined;
    const config = {
      replicas: '3',
      ttlSeconds: String(ttlSeconds),
      lock: 'leases',
      leaderService: 'true',
    } as const;
    const example = await Example.start(
      { stateDir: join(folder, 'state'), port: null, config },
      { onMade: nothing, onDeleted: nothing, onError: (error) => assert.fail(error) },
    );
    const running = new RunningExample(example, folder);
    try {
      await example.up();
      await running.someoneLeads();
      return running;
    } catch (error) {
      await running.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Asks the elector of a pod who leads; null where none answers. */
  async ask(pod: string): Promise<ElectionStatus | null> {
    const client = new ElectorClient(() => this.cluster.electorPort(pod));
    return client.ask().finally(() => client.close());
  }

  /** The pod that says that it leads. */
  someoneLeads(): Promise<string> {
    return eventually('a pod that says that it leads', async () => {
      const leader = this.example.leadership.leader ?? '';
      return (await this.ask(leader))?.isLeader ? leader : null;
    });
  }

  /** Does something, and fails if the electors meanwhile say what they promised never to say, such as two of them that they lead. */
  async withOneLeader(run: () => Promise<void>, recording = new Recording()): Promise<void> {
    const listeners = new Listeners(this.cluster, recording);
    try {
      await run();
    } finally {
      await listeners.end();
    }
    assert.deepEqual(recording.unreadable, []);
    assert.deepEqual(violationsIn(recording), []);
    assert.ok(termsOf(recording).length > 0, 'nobody ever said that it leads');
  }
}
