import type { Container, Probe } from 'kubernetes-types/core/v1.js';
import type { Clock } from '../../base/clock.ts';
import type { ContainerRun } from './container-run.ts';
import type { ProbeFinding } from './probe.ts';
import { Prober } from './prober.ts';

/** What the probes of a run report to. */
export interface ContainerProbesEvents {
  /** The run's `isStarted` or `isReady` has changed. */
  onChange(): void;
  /** A probe found the container unwell. */
  onFinding(kind: ProbeKind, finding: string): void;
  /** The container is to be restarted. */
  onFailed(kind: 'liveness' | 'startup', probe: Probe): void;
}

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** The probes of one run: first the startup probe alone, and once that has succeeded the other two. */
export class ContainerProbes {
  readonly #clock: Clock;
  readonly #spec: Container;
  readonly #run: Pick<ContainerRun, 'isStarted' | 'isReady'>;
  readonly #ask: (probe: Probe) => Promise<ProbeFinding>;
  readonly #events: ContainerProbesEvents;
  readonly #probers = new Map<ProbeKind, Prober>();

  /** To be made when the run has started. */
  constructor(
    clock: Clock,
    spec: Container,
    run: Pick<ContainerRun, 'isStarted' | 'isReady'>,
    ask: (probe: Probe) => Promise<ProbeFinding>,
    events: ContainerProbesEvents,
  ) {
    this.#clock = clock;
    this.#spec = spec;
    this.#run = run;
    this.#ask = ask;
    this.#events = events;
    if (spec.startupProbe) this.#addStartup(spec.startupProbe);
    else this.#begin();
  }

  /** Something has changed that may make the container well: asks now where the last answer was not good. */
  trigger(): void {
    for (const prober of this.#probers.values()) prober.trigger();
  }

  /** The container is being stopped: only its readiness is still of interest. */
  stopRestarting(): void {
    this.#stop('startup');
    this.#stop('liveness');
  }

  /** The run has ended. */
  stop(): void {
    for (const kind of [...this.#probers.keys()]) this.#stop(kind);
  }

  #addStartup(probe: Probe): void {
    this.#add('startup', probe, (isWell) => {
      this.#stop('startup');
      if (isWell) this.#begin();
      else this.#events.onFailed('startup', probe);
    });
    // What it waits for may have come before there was anybody to tell of it.
    this.trigger();
  }

  #begin(): void {
    this.#run.isStarted = true;
    const { livenessProbe, readinessProbe } = this.#spec;
    if (livenessProbe) this.#addLiveness(livenessProbe);
    if (readinessProbe) this.#addReadiness(readinessProbe);
    else this.#run.isReady = true;
    this.#events.onChange();
  }

  #addLiveness(probe: Probe): void {
    this.#add('liveness', probe, (isWell) => {
      if (isWell) return;
      this.#stop('liveness');
      this.#events.onFailed('liveness', probe);
    });
  }

  #addReadiness(probe: Probe): void {
    this.#add('readiness', probe, (isWell) => {
      if (this.#run.isReady === isWell) return;
      this.#run.isReady = isWell;
      this.#events.onChange();
    });
    this.trigger();
  }

  #add(kind: ProbeKind, probe: Probe, onVerdict: (isWell: boolean) => void): void {
    const onFinding = (finding: string) => this.#events.onFinding(kind, finding);
    this.#probers.set(kind, new Prober(this.#clock, probe, () => this.#ask(probe), { onFinding, onVerdict }));
  }

  #stop(kind: ProbeKind): void {
    this.#probers.get(kind)?.stop();
    this.#probers.delete(kind);
  }
}
