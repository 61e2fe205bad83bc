import type { Pod } from 'kubernetes-types/core/v1.js';
import { labels } from '../infra/names.ts';
import { clientset, isReady, podColumns } from '../cluster/index.ts';
import type { KubernetesObject, Stored } from '../cluster/index.ts';
import { namespace } from './example.ts';
import type { Example } from './example.ts';
import type { LeadershipChange } from './leadership.ts';
import { duration } from './terminal.ts';
import type { Style, Terminal } from './terminal.ts';

const labelWidth = 9;

/** Tells on a terminal what happens to the example, as it happens. */
export class Narrator {
  readonly #terminal: Terminal;
  readonly #shown = new Map<string, string>();
  #endWatches: readonly (() => void)[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Tells of the example's pods and of who leads them, from now on. */
  follow({ cluster, leadership }: Example): void {
    const selection = { namespace, labelSelector: `app=${labels.app}` };
    this.#endWatches = [
      clientset(cluster.api).pods.watch((type, pod) => this.#pod(type, pod), selection),
      leadership.onChange((change) => this.#change(change)),
    ];
  }

  /** Tells no more of pods and leaders. */
  rest(): void {
    for (const end of this.#endWatches) end();
  }

  made(object: KubernetesObject): void {
    this.say('created', 'green', path(object));
  }

  deleted(object: KubernetesObject): void {
    this.say('deleted', 'dim', path(object));
  }

  /** One line: the time, what kind of thing happened, and what. */
  say(label: string, style: Style, text: string): void {
    const time = new Date().toTimeString().slice(0, 8);
    const { style: styled } = this.#terminal;
    this.#terminal.line(`${styled('dim', time)}  ${styled(style, label.padEnd(labelWidth))}${text}`);
  }

  #pod(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Stored<Pod>): void {
    const { name } = pod.metadata;
    const before = this.#shown.get(name);
    const state = type === 'DELETED' ? 'gone' : podState(pod, before);
    if (before === state) return;
    this.#shown.set(name, state);
    if (type === 'DELETED') this.#shown.delete(name);
    this.say('pod', 'dim', `${name}  ${this.#terminal.style('dim', state)}`);
  }

  #change({ leader, previous, afterMs, why }: LeadershipChange): void {
    const again = leader === previous ? ' again' : '';
    const when = previous === null ? '' : ` after ${duration(afterMs)}`;
    const reason = this.#terminal.style('dim', `(${why})`);
    this.say('leader', 'yellow', `${this.#terminal.style('bold', leader)} leads${again}${when} ${reason}`);
  }
}

function path({ kind, metadata: { name } }: KubernetesObject): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** What is worth telling of a pod: not each step of its start, but whether it serves, and what is wrong if it does not. */
function podState(pod: Pod, before = ''): string {
  const restarts = cell(pod, 'Restarts').split(' ')[0] ?? '0';
  return `${condition(pod, before)}${restarts === '0' ? '' : `, restarts: ${restarts}`}`;
}

const stepsOfStart = /^(Pending|Running|(Init:)?ContainerCreating|PodInitializing|Init:\d+\/\d+)$/;

function condition(pod: Pod, before: string): string {
  if (pod.metadata?.deletionTimestamp !== undefined) return 'Terminating';
  const status = cell(pod, 'Status');
  if (!stepsOfStart.test(status)) return status;
  if (isReady(pod)) return 'ready';
  return /^(not )?ready/.test(before) && noneIsDown(pod) ? 'not ready' : 'starting';
}

function noneIsDown({ status }: Pod): boolean {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.every(({ started }) => started);
}

/** A column of `kubectl get pods`. */
function cell(pod: Pod, column: string): string {
  return String(podColumns.find(({ name }) => name === column)?.cell(pod, Date.now()) ?? '');
}
