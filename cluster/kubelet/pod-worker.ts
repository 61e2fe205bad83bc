import type { Pod } from 'kubernetes-types/core/v1.js';
import { isDeepStrictEqual } from 'node:util';
import type { Stored } from '../client/resource-client.ts';
import { hasEndedForGood } from './container-status.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { PodContainer } from './pod-container.ts';
import type { PodSandbox } from './pod-container.ts';
import { PodFiles } from './pod-files.ts';
import { isInitDone, isInitialized, podPhase, podStatus } from './pod-status.ts';
import { mountVolumes, volumeRetryMs } from './volumes.ts';

const defaultGraceSeconds = 30;
// A sidecar has at least so long to stop, however long the main containers took.
const leastSidecarGraceMs = 2000;

/**
 * Runs one pod. Whatever happens (the pod changes, a container starts, ends or becomes ready, a wait is over), it looks
 * at the whole and does what is due: so no event can be missed, and none depends on another's order.
 */
export class PodWorker implements PodSandbox {
  readonly podIP: string;
  readonly files: PodFiles;
  readonly containers: readonly PodContainer[];
  readonly #context: KubeletContext;
  readonly #startedAt: number;
  readonly #onStopped: () => void;
  readonly #endNetworkWatch: () => void;
  #pod: Stored<Pod>;
  #isGone = false;
  #unmount: (() => void) | undefined;
  #stopBy: number | undefined;
  #isClosed = false;
  #cancelWakeUp = () => {};
  #pendingSync: NodeJS.Immediate | undefined;

  /** @param onStopped called once, when the pod is gone from the API and nothing of it runs any more */
  constructor(context: KubeletContext, pod: Stored<Pod>, onStopped: () => void) {
    this.#context = context;
    this.#onStopped = onStopped;
    this.#pod = pod;
    this.#startedAt = context.clock.wall();
    this.files = new PodFiles(context.podsFolder, pod);
    this.podIP = context.network.add();
    this.containers = [
      ...(pod.spec?.initContainers ?? []).map(
        (spec) => new PodContainer(context, this, spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init'),
      ),
      ...(pod.spec?.containers ?? []).map((spec) => new PodContainer(context, this, spec, 'main')),
    ];
    this.#endNetworkWatch = context.network.watch(this.podIP, () => {
      for (const container of this.containers) container.triggerProbes();
    });
    this.onChange();
  }

  /** The pod as the API last showed it. */
  get pod(): Stored<Pod> {
    return this.#pod;
  }

  /** The pod has changed. */
  update(pod: Stored<Pod>): void {
    this.#pod = pod;
    this.onChange();
  }

  /** The pod has been deleted from the API: what still runs has the grace that its last state says, at least 1 s. */
  forget(pod: Stored<Pod>): void {
    this.#isGone = true;
    if (this.#isClosed) this.#onStopped();
    else this.update(pod);
  }

  onChange(): void {
    if (this.#isClosed) return;
    this.#pendingSync ??= setImmediate(() => {
      this.#pendingSync = undefined;
      this.#sync();
    });
  }

  /** Ends its timers, and removes its files and its address. Running processes are not its concern any more. */
  close(): void {
    this.#isClosed = true;
    clearImmediate(this.#pendingSync);
    this.#cancelWakeUp();
    this.#unmount?.();
    this.#endNetworkWatch();
    for (const container of this.containers) container.close();
    this.files.remove();
    this.#context.network.remove(this.podIP);
  }

  #sync(): void {
    this.#cancelWakeUp();
    if (this.#isGone || this.#pod.metadata.deletionTimestamp !== undefined) this.#terminate();
    else this.#run();
  }

  #run(): void {
    const phase = podPhase(this.#pod, this.containers);
    if (phase === 'Succeeded' || phase === 'Failed') this.#stopInOrder(this.#graceMs());
    else if (this.#mount()) this.#startWhatIsDue();
    this.#report();
  }

  #mount(): boolean {
    const onFailed = (error: unknown) => this.#recordFailedMount(error);
    try {
      this.#unmount ??= mountVolumes(this.#context, this.#pod, this.podIP, this.files, onFailed);
      return true;
    } catch (error) {
      onFailed(error);
      this.#wakeUpAfter(volumeRetryMs);
      return false;
    }
  }

  #recordFailedMount(error: unknown): void {
    const message = `MountVolume.SetUp failed: ${error instanceof Error ? error.message : String(error)}`;
    const subject = { apiVersion: 'v1', kind: 'Pod', object: this.#pod };
    this.#context.recordEvent(subject, 'Warning', 'FailedMount', message);
  }

  #startWhatIsDue(): void {
    const waits = this.#wanted().flatMap((container) => container.startWhenDue() ?? []);
    if (waits.length > 0) this.#wakeUpAfter(Math.min(...waits));
  }

  /** The containers that should run by now: init containers one by one, then the rest. */
  #wanted(): PodContainer[] {
    const current = this.containers.findIndex((container) => !isInitDone(container));
    const reached = isInitialized(this.containers) ? this.containers : this.containers.slice(0, current + 1);
    return reached.filter((container) => !hasEndedForGood(this.#pod, container));
  }

  #terminate(): void {
    this.#stopInOrder(this.#graceMs());
    this.#report();
    if (this.containers.some(({ isRunning }) => isRunning)) return;
    this.close();
    if (this.#isGone) this.#onStopped();
    else this.#context.kube.pods.delete(this.#pod, 0);
  }

  /** Main containers first; once they have ended the sidecars, the last one first. */
  #stopInOrder(graceMs: number): void {
    const { clock } = this.#context;
    this.#stopBy = Math.min(this.#stopBy ?? Infinity, clock.wall() + graceMs);
    const leftMs = Math.max(0, this.#stopBy - clock.wall());
    const running = this.containers.filter(({ isRunning }) => isRunning);
    const first = running.filter(({ role }) => role !== 'sidecar');
    if (first.length > 0) for (const container of first) container.stop(leftMs);
    else running.at(-1)?.stop(Math.max(leftMs, leastSidecarGraceMs));
  }

  #graceMs(): number {
    const { metadata, spec } = this.#pod;
    const seconds =
      metadata.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? defaultGraceSeconds;
    return Math.max(1, seconds) * 1000;
  }

  #wakeUpAfter(delayMs: number): void {
    this.#cancelWakeUp = this.#context.clock.after(delayMs, () => this.onChange());
  }

  #report(): void {
    const { kube, clock } = this.#context;
    const pod = kube.pods.find(this.#pod.metadata.namespace ?? null, this.#pod.metadata.name);
    if (pod?.metadata.uid !== this.#pod.metadata.uid) return;
    const state = { containers: this.containers, podIP: this.podIP, startedAt: this.#startedAt };
    const status = podStatus(pod, state, clock.wall());
    if (!isDeepStrictEqual(status, pod.status)) kube.pods.updateStatus({ ...pod, status });
  }
}
