import type { Example } from './example.ts';
import { duration } from './duration.ts';
import type { TermEntry } from './story/entries.ts';

/** One step of the experiment. What happens meanwhile, the story tells. */
export interface ExperimentStep {
  readonly title: string;
  /** Resolves with what else it found, line by line. Rejects where that is not what the election promises. */
  readonly run: () => Promise<readonly string[]>;
}

// What a busy machine may need beyond a lease, to schedule the processes that have to act.
const slackMs = 2000;

/** The experiment: look at the page, take the leader away in three ways, and see who leads then. */
export function experimentSteps(example: Example, ttlSeconds: number): readonly ExperimentStep[] {
  const { faults } = example;
  const leaseMs = ttlSeconds * 1000;
  const isAnother = ({ leader, previous }: TermEntry) => leader !== previous;
  return [
    { title: 'Start the cluster and put the example on it', run: () => start(example) },
    { title: 'Open the page', run: () => openPage(example) },
    {
      title: 'Delete the leader’s pod',
      run: () => takeover(example, () => faults.delete(), 1000, isAnother),
    },
    {
      title: 'Crash the leader: SIGKILL for its elector and its app',
      run: () => takeover(example, () => faults.crash(), leaseMs + slackMs),
    },
    {
      title: 'Freeze the leader (SIGSTOP)',
      run: () => takeover(example, () => faults.freeze(), leaseMs + slackMs, isAnother),
    },
    { title: 'Thaw it, now that another leads', run: () => thaw(example) },
  ];
}
async function start(example: Example): Promise<string[]> {
  await example.up();
  if (example.leadership.leader === null) await example.leadership.next();
  return [];
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
  condition: (term: TermEntry) => boolean = () => true,
): Promise<string[]> {
  const next = leadership.next(condition);
  if (harm() === null) throw new Error('nobody leads');
  const { leader, afterMs } = await next;
  if (afterMs > withinMs)
    throw new Error(`${leader} leads after ${duration(afterMs)}; that is longer than ${duration(withinMs)}`);
  return [];
}

async function thaw({ faults }: Example): Promise<string[]> {
  const pod = faults.frozen;
  const saysThatItLeads = await faults.askAndThaw();
  if (saysThatItLeads === null) throw new Error('nobody is frozen');
  if (saysThatItLeads) throw new Error(`${pod ?? ''} still says that it leads`);
  return [];
}
