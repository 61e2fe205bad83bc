import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Kubectl } from './kubectl.ts';

const startAgainMs = 500;

/** Ports of 127.0.0.1 that lead to a port of each pod, by `kubectl port-forward`. */
export class PortForwards {
  readonly #kubectl: Kubectl;
  readonly #namespace: string;
  readonly #podPort: number;
  readonly #forwards = new Map<string, PortForward>();

  constructor(kubectl: Kubectl, namespace: string, podPort: number) {
    this.#kubectl = kubectl;
    this.#namespace = namespace;
    this.#podPort = podPort;
  }

  /** The port that leads to a pod; null while there is none. */
  port(pod: string): number | null {
    return this.#forwards.get(pod)?.port ?? null;
  }

  /** Forwards to these pods, and to no others. */
  forwardTo(pods: readonly string[]): void {
    for (const [pod, forward] of [...this.#forwards]) {
      if (pods.includes(pod)) continue;
      forward.end();
      this.#forwards.delete(pod);
    }
    for (const pod of pods) {
      if (this.#forwards.has(pod)) continue;
      const start = () =>
        this.#kubectl.start(
          'port-forward',
          `--namespace=${this.#namespace}`,
          `pod/${pod}`,
          `:${this.#podPort}`,
        );
      this.#forwards.set(pod, new PortForward(start));
    }
  }
}

/** One `kubectl port-forward`, started again whenever it ends: it does when the container behind it is restarted. */
class PortForward {
  readonly #start: () => ChildProcess;
  #process: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #port: number | null = null;

  constructor(start: () => ChildProcess) {
    this.#start = start;
    this.#run();
  }

  get port(): number | null {
    return this.#port;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#process?.removeAllListeners('exit');
    this.#process?.kill();
    this.#port = null;
  }

  #run(): void {
    const process = this.#start();
    this.#process = process;
    if (process.stdout)
      createInterface({ input: process.stdout }).on('line', (line) => {
        const port = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line)?.[1];
        if (port !== undefined) this.#port = Number(port);
      });
    process.once('exit', () => {
      this.#port = null;
      this.#timer = setTimeout(() => this.#run(), startAgainMs);
    });
  }
}
