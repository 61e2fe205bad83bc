import type { Container, Pod, Probe } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../client/resource-client.ts';
import { containerProcess } from './container-environment.ts';
import { ContainerProbes } from './container-probes.ts';
import { ContainerRun } from './container-run.ts';
import type { KubeletContext } from './kubelet-context.ts';
import type { PodFiles } from './pod-files.ts';
import { runProbe } from './probe.ts';
import { RestartBackoff } from './restart-backoff.ts';

/**
 * What a container is to its pod: `init` containers run one after the other before the rest, `sidecar`s (init containers
 * with restartPolicy Always) begin among them and run until the `main` containers have ended.
 */
export type ContainerRole = 'init' | 'sidecar' | 'main';

/** Why a container does not run, in the words of the API. */
export interface WaitingReason {
  readonly reason: string;
  readonly message?: string;
}

/** The pod that a container belongs to. */
export interface PodSandbox {
  readonly pod: Stored<Pod>;
  readonly podIP: string;
  readonly files: PodFiles;
  /** Something about the container has changed. */
  onChange(): void;
}

/** One container of a pod: its latest runs, its probes, and when it may be started again. */
export class PodContainer {
  readonly spec: Container;
  readonly role: ContainerRole;
  readonly #context: KubeletContext;
  readonly #sandbox: PodSandbox;
  readonly #backoff: RestartBackoff;
  readonly #startBackoff: RestartBackoff;
  #run: ContainerRun | undefined;
  #previousRun: ContainerRun | undefined;
  #restartCount = 0;
  #probes: ContainerProbes | undefined;
  #startFailure: (WaitingReason & { at: number }) | undefined;
  #backoffRecordedFor: ContainerRun | undefined;

  constructor(context: KubeletContext, sandbox: PodSandbox, spec: Container, role: ContainerRole) {
    this.#context = context;
    this.#sandbox = sandbox;
    this.spec = spec;
    this.role = role;
    this.#backoff = new RestartBackoff(context.clock);
    this.#startBackoff = new RestartBackoff(context.clock);
  }

  /** The latest run, ended or not; undefined before the first. */
  get run(): ContainerRun | undefined {
    return this.#run;
  }

  /** The run before that. */
  get previousRun(): ContainerRun | undefined {
    return this.#previousRun;
  }

  get restartCount(): number {
    return this.#restartCount;
  }

  /** Whether a process of it exists or is about to. */
  get isRunning(): boolean {
    return this.#run !== undefined && this.#run.termination === undefined;
  }

  /** Whether a process of it has ever existed. */
  get hasRun(): boolean {
    return (
      this.#previousRun !== undefined || this.#run?.pid !== undefined || this.#run?.termination !== undefined
    );
  }

  /** Why it could not be started, where it could not. */
  get startFailure(): WaitingReason | undefined {
    return this.#startFailure;
  }

  /** How long it has to wait for its next restart, in whole milliseconds; 0 when it need not. */
  get backoffMs(): number {
    const finishedAt = this.#run?.termination?.finishedAt;
    return finishedAt === undefined ? 0 : this.#backoff.delayMs(finishedAt);
  }

  /** Starts it, or starts it again, if it may be by now; else returns in how many milliseconds it may. */
  startWhenDue(): number | undefined {
    if (this.isRunning) return undefined;
    if (this.#startFailure) return this.#retryStart(this.#startFailure.at);
    const finishedAt = this.#run?.termination?.finishedAt;
    if (finishedAt === undefined) return this.#start();
    const remainingMs = this.#backoff.remainingMs(finishedAt);
    if (remainingMs > 0) {
      this.#recordBackoff();
      return remainingMs;
    }
    this.#backoff.countTry(finishedAt);
    return this.#start();
  }

  /** Stops it: SIGTERM now, SIGKILL after the grace. `why` is for people. */
  stop(graceMs: number, why = `Stopping container ${this.spec.name}`): void {
    if (!this.isRunning) return;
    if (this.#run?.isStopping !== true) this.#record('Normal', 'Killing', why);
    this.#probes?.stopRestarting();
    this.#run?.stop(graceMs);
  }

  /** Asks the probes whose last answer was not good. */
  triggerProbes(): void {
    this.#probes?.trigger();
  }

  /** Ends the probes. */
  close(): void {
    this.#probes?.stop();
  }

  #retryStart(failedAt: number): number | undefined {
    const remainingMs = this.#startBackoff.remainingMs(failedAt);
    return remainingMs > 0 ? remainingMs : this.#start();
  }

  #start(): number | undefined {
    const { image = '', name } = this.spec;
    const found = this.#context.resolveImage(image);
    if (!found) return this.#failMissingImage(image);
    this.#record('Normal', 'Pulled', `Container image "${image}" already present on machine`);
    try {
      const process = containerProcess(this.#context.kube, this.#sandbox.pod, this.spec, {
        podIP: this.#sandbox.podIP,
        networkFolder: this.#context.network.folder(this.#sandbox.podIP),
        root: this.#sandbox.files.containerRoot(this.spec),
        apiServer: this.#context.apiServer,
        image: found,
      });
      this.#startFailure = undefined;
      this.#record('Normal', 'Created', `Created container: ${name}`);
      this.#begin(process);
      return undefined;
    } catch (error) {
      return this.#failStart(
        'CreateContainerConfigError',
        error instanceof Error ? error.message : String(error),
      );
    }
  }

  #begin(process: ReturnType<typeof containerProcess>): void {
    if (this.#run) {
      this.#previousRun = this.#run;
      this.#restartCount += 1;
    }
    let pid: number | undefined;
    const run = new ContainerRun(this.#context.runtime, this.#context.clock, process, {
      onStarted: (started) => {
        pid = started;
        this.#onStarted(run);
      },
      onEnded: (termination) => this.#onEnded(pid, termination.message),
    });
    this.#run = run;
  }

  #onStarted(run: ContainerRun): void {
    const { clock, network } = this.#context;
    const { podIP } = this.#sandbox;
    this.#record('Normal', 'Started', `Started container ${this.spec.name}`);
    this.#probes = new ContainerProbes(
      clock,
      this.spec,
      run,
      (probe) => runProbe(network, podIP, this.spec, probe),
      {
        onChange: () => this.#sandbox.onChange(),
        onFinding: (kind, finding) =>
          this.#record(
            'Warning',
            'Unhealthy',
            `${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)} probe failed: ${finding}`,
          ),
        onFailed: (kind, probe) => this.#restart(kind, probe),
      },
    );
    this.#sandbox.onChange();
  }

  #onEnded(pid: number | undefined, startError: string | undefined): void {
    if (pid !== undefined) this.#context.network.withdraw(this.#sandbox.podIP, pid);
    this.#probes?.stop();
    if (startError !== undefined) this.#record('Warning', 'Failed', `Error: ${startError}`);
    this.#sandbox.onChange();
  }

  #restart(kind: 'liveness' | 'startup', probe: Probe): void {
    const podGrace = this.#sandbox.pod.spec?.terminationGracePeriodSeconds ?? 30;
    const graceMs = (probe.terminationGracePeriodSeconds ?? podGrace) * 1000;
    this.stop(graceMs, `Container ${this.spec.name} failed ${kind} probe, will be restarted`);
  }

  #failMissingImage(image: string): number {
    if (this.spec.imagePullPolicy === 'Never')
      return this.#failStart(
        'ErrImageNeverPull',
        `Container image "${image}" is not present with pull policy of Never`,
      );
    const why = `failed to pull image "${image}": ${whatThereIs(this.#context.imageNames)}`;
    if (this.#startFailure) {
      this.#record('Normal', 'BackOff', `Back-off pulling image "${image}"`);
      return this.#waitToStart('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${why}`);
    }
    this.#record('Normal', 'Pulling', `Pulling image "${image}"`);
    this.#record('Warning', 'Failed', `F${why.slice(1)}`);
    return this.#waitToStart('ErrImagePull', why);
  }

  #failStart(reason: string, message: string): number {
    this.#record('Warning', 'Failed', message);
    return this.#waitToStart(reason, message);
  }

  #waitToStart(reason: string, message: string): number {
    const at = this.#context.clock.wall();
    this.#startBackoff.countTry(at);
    this.#startFailure = { reason, message, at };
    this.#record('Warning', 'Failed', `Error: ${reason}`);
    return this.#startBackoff.remainingMs(at);
  }

  #recordBackoff(): void {
    if (this.#backoffRecordedFor === this.#run) return;
    this.#backoffRecordedFor = this.#run;
    const { namespace = '', name, uid } = this.#sandbox.pod.metadata;
    const pod = `${name}_${namespace}(${uid})`;
    this.#record(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${this.spec.name} in pod ${pod}`,
    );
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const list = this.role === 'main' ? 'containers' : 'initContainers';
    this.#context.recordEvent(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        object: this.#sandbox.pod,
        fieldPath: `spec.${list}{${this.spec.name}}`,
      },
      type,
      reason,
      message,
    );
  }
}

const whatThereIs = (images: readonly string[]) =>
  `the embedded cluster pulls none, and has ${images.length === 0 ? 'only those that it was started with' : images.join(', ')}`;
