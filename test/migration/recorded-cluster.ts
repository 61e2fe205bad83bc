import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { clientset, EmbeddedCluster } from '../../cluster/index.ts';
import type { Clientset, Stored } from '../../cluster/index.ts';
import { rolledOut } from '../../local/engine/rollout.ts';
import { election, namespace } from '../../local/example.ts';
import { resolveImage } from '../../local/images.ts';
import { holderIn, lockResources } from '../../local/lock.ts';
import { ApiClient, readKubeconfig } from '../../cluster/testing/index.ts';
import type { ApiObject } from '../../cluster/testing/index.ts';
import { electorName } from '../../infra/names.ts';
import type { Answer } from '../../proof/observation/recording.ts';
import { electionPods, ExampleElectors } from '../../proof/observation/example-electors.ts';
import { Listeners } from '../../proof/observation/listeners.ts';
import { Recording } from '../../proof/observation/recording.ts';
import { kubectlApply } from './kubectl-apply.ts';

const longestWaitMs = 50_000;

/** An embedded cluster on which Deployments of the election are rolled out while every answer of every elector is recorded. */
export class RecordedCluster {
  readonly recording = new Recording();
  readonly kube: Clientset;
  readonly #cluster: EmbeddedCluster;
  readonly #folder: string;
  readonly #electors: ExampleElectors;
  readonly #listeners: Listeners;
  readonly #endWatch: () => void;

  static async start(): Promise<RecordedCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'rollouts-'));
    const cluster = await EmbeddedCluster.start({
      folder: join(folder, 'cluster'),
      resolveImage,
      // Nobody opens the page here.
      onError: () => undefined,
    });
    return new RecordedCluster(cluster, folder);
  }

  private constructor(cluster: EmbeddedCluster, folder: string) {
    this.#cluster = cluster;
    this.#folder = folder;
    this.kube = clientset(cluster.api);
    this.#electors = new ExampleElectors(cluster);
    this.#listeners = new Listeners(this.#electors, this.recording);
    const ended = new Set<string>();
    this.#endWatch = this.kube.pods.watch((_, { metadata: { name, deletionTimestamp } }) => {
      if (deletionTimestamp === undefined || ended.has(name)) return;
      ended.add(name);
      this.recording.appEnded(name, true);
    }, electionPods);
  }

  /** As `kubectl apply -f -`. */
  async apply(yaml: string): Promise<ApiObject[]> {
    // A connection that was kept from one call to the next may have been closed by the server in that very moment.
    const client = new ApiClient(readKubeconfig(this.#cluster.kubeconfig));
    return kubectlApply(client, yaml).finally(() => client.close());
  }

  get deployment(): Stored<Deployment> {
    const found = this.kube.deployments.find(namespace, electorName);
    assert.ok(found, 'there is no Deployment');
    return found;
  }

  /** As `kubectl rollout status`: resolves when all pods are of the present template, and ready. */
  async rolledOut(): Promise<void> {
    await rolledOut(this.kube, this.deployment);
  }

  /** The pods of the Deployment's present template, or those of former ones; without those that are being deleted. */
  pods(which: 'present' | 'former'): Stored<Pod>[] {
    const args = electorArgs(this.deployment.spec?.template.spec);
    return this.kube.pods
      .list(electionPods)
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .filter(({ spec }) => (electorArgs(spec) === args) === (which === 'present'));
  }

  /** What the elector of a pod answers on `/readyz`; null where none answers. */
  async readyz(pod: string): Promise<string | null> {
    const port = this.#electors.electorPort(pod);
    if (port === null) return null;
    const response = await new Promise<IncomingMessage | null>((resolve) => {
      const request = get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, resolve);
      request.on('error', () => resolve(null));
      request.on('close', () => resolve(null));
    });
    return response && `${response.statusCode} ${(await text(response)).trim()}`;
  }

  /** Who holds the election's lock of one kind: `""` after a release, null where there is none. */
  holder(kind: 'endpoints' | 'leases'): string | null {
    const { items } = this.#cluster.api.list(lockResources[kind], {
      namespace,
      fieldSelector: `metadata.name=${election}`,
    });
    return items[0] ? holderIn(items[0]) : null;
  }

  /** The next answer that fulfils the condition; `awaited` says which one that is. */
  async nextAnswer(awaited: string, condition: (answer: Answer) => boolean): Promise<Answer> {
    const patience = AbortSignal.timeout(longestWaitMs);
    return this.recording.next(condition, patience).catch((error: unknown) => {
      throw new Error(`waited ${longestWaitMs / 1000} s in vain for: ${awaited}`, { cause: error });
    });
  }

  /** The next answer of a pod of the present template that says that it leads. */
  someoneLeads(): Promise<Answer> {
    return this.nextAnswer(
      'a pod of the present template that says that it leads',
      ({ pod, status }) =>
        status.isLeader && this.pods('present').some(({ metadata }) => metadata.name === pod),
    );
  }

  async stop(): Promise<void> {
    this.#endWatch();
    await this.#listeners.end();
    await this.#cluster.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function electorArgs(spec: Pod['spec']): string {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return JSON.stringify(containers.find(({ name }) => name === electorName)?.args);
}
