import type { Example } from './example.ts';
import { namespace } from './example.ts';
import type { LeadershipChange } from './leadership.ts';
import { duration } from './terminal.ts';
import { electorPort } from '../infra/names.ts';

/** One step of the experiment. */
export interface ExperimentStep {
  readonly title: string;
  /** Resolves with what it found, line by line. Rejects where that is not what the election promises. */
  readonly run: () => Promise<readonly string[]>;
}

// What a busy machine may need beyond a lease, to schedule the processes that have to act.
const slackMs = 2000;

/** The experiment: look at the page, take the leader away in three ways, and see who leads then. */
export function experimentSteps(example: Example, ttlSeconds: number): readonly ExperimentStep[] {
  const { faults, leadership } = example;
  const withinMs = ttlSeconds * 1000 + slackMs;
  return [
    { title: 'Start the cluster and put the example on it', run: () => start(example) },
    { title: 'Open the page', run: () => openPage(example) },
    {
      title: 'Delete the leader’s pod',
      async run() {
        const former = leadership.leader;
        const change = await takeover(
          example,
          () => faults.delete(),
          1000,
          ({ leader }) => leader !== former,
        );
        return [told(change)];
      },
    },
    {
      title: 'Crash the leader: SIGKILL for its elector and its app',
      run: async () => [told(await takeover(example, () => faults.crash(), withinMs))],
    },
    {
      title: 'Freeze the leader (SIGSTOP), and thaw it when another leads',
      run: () => freezeAndThaw(example, withinMs),
    },
  ];
}

async function start(example: Example): Promise<string[]> {
  await example.up();
  if (example.leadership.leader === null) await example.leadership.next();
  return [`${example.leadership.leader ?? ''} leads`];
}

async function openPage({ url, leadership }: Example): Promise<string[]> {
  const page = await (await fetch(url)).text();
  const lines = ['hostname', 'ip', 'verdict', 'time'].map((id) => lineOf(page, id));
  const [hostname = '', , verdict] = lines;
  const leader = leadership.leader ?? '';
  const expected = hostname.endsWith(leader)
    ? 'I am the current master!'
    : `The master is at hostname: ${leader}`;
  if (verdict !== expected) throw new Error(`the page says "${verdict ?? ''}", not "${expected}"`);
  return [url, ...lines];
}

function lineOf(page: string, id: string): string {
  const text = new RegExp(`<p id="${id}">([^<]*)</p>`).exec(page)?.[1];
  if (text === undefined) throw new Error(`the page has no line "${id}"`);
  return text;
}

/** Does something to the leader, and waits for the term that follows. */
async function takeover(
  { leadership }: Example,
  harm: () => string | null,
  withinMs: number,
  condition: (change: LeadershipChange) => boolean = () => true,
): Promise<LeadershipChange> {
  const next = leadership.next(condition);
  if (harm() === null) throw new Error('nobody leads');
  const change = await next;
  if (change.afterMs > withinMs)
    throw new Error(`${told(change)}; that is longer than ${duration(withinMs)}`);
  return change;
}

function told({ leader, afterMs, why }: LeadershipChange): string {
  return `${leader} leads after ${duration(afterMs)} (${why})`;
}

async function freezeAndThaw(example: Example, withinMs: number): Promise<string[]> {
  const { faults, leadership } = example;
  const former = leadership.leader ?? '';
  const change = await takeover(
    example,
    () => faults.freeze(),
    withinMs,
    ({ leader }) => leader !== former,
  );
  // The question waits in the frozen elector's socket: what answers it is the first thing that the elector does.
  const answer = ask(example, former);
  faults.thaw();
  const { isLeader } = await answer;
  if (isLeader) throw new Error(`${former} still says that it leads`);
  return [told(change), `${former} wakes up, and its first answer to "do you lead?" is no`];
}

/** Asks a pod's elector who leads. */
async function ask({ cluster }: Example, pod: string): Promise<{ readonly isLeader: boolean }> {
  const found = cluster.api.get({ group: '', resource: 'pods' }, namespace, pod);
  const { podIP = '' } = found['status'] as { podIP?: string };
  const port = cluster.kubelet.network.resolve(podIP, electorPort);
  if (port === undefined) throw new Error(`${pod} does not listen on port ${electorPort}`);
  const response = await fetch(`http://127.0.0.1:${port}/`);
  return (await response.json()) as { isLeader: boolean };
}
