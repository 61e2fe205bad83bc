import { duration } from '../duration.ts';
import { appName, electorName } from '../../infra/names.ts';
import type { Happening, TermEnd, TermEntry } from './entries.ts';

/** How a pod is spoken of. */
export type Naming = (pod: string) => string;

/** By its whole name, which kubectl takes. */
export const fullName: Naming = (pod) => pod;

/** By what the pods of a Deployment do not have in common; another name whole. */
export const shortName: Naming = (pod) => /^.+-[a-z0-9]{6,10}-([a-z0-9]{5})$/.exec(pod)?.[1] ?? pod;

/** What happened, in a sentence. */
export function sentence(happening: Happening, name: Naming): string {
  switch (happening.kind) {
    case 'leads':
      return termSentence(happening, name);
    case 'pod':
      return `${name(happening.pod)}  ${podCondition(happening)}`;
    case 'deleted':
      return deletionSentence(happening, name);
    case 'crashed':
      return crashSentence(happening, name);
    case 'frozen':
      return freezeSentence(happening, name);
    case 'thawed':
      return `${name(happening.pod)} was thawed, and for it no time has passed`;
    case 'answered':
      return answerSentence(happening, name);
    case 'killed frozen':
      return `${name(happening.pod)} was killed, frozen as it was, and starts anew: it is frozen no longer`;
    case 'lock deleted':
      return 'the lock was deleted: it counts as held, so nobody takes over because of that';
    case 'note':
      return happening.text;
  }
}

/** Why a pod leads, as a part of a sentence. */
export function reason({ leader, previous, ended }: TermEntry, name: Naming): string {
  if (previous === null || ended === null) return 'nobody led before';
  const former = leader === previous ? 'it' : name(previous);
  const asked = ended.release?.successor === leader ? `, and asked ${name(leader)} to follow` : '';
  if (ended.trouble === null) return `${untroubled(ended, former)}${asked}`;
  if (ended.how === 'lock deleted') return `${former} ${ended.trouble} and the lock was deleted`;
  if (ended.how === 'restarted') return `${former} ${ended.trouble} and was restarted`;
  if (ended.how === 'expired') return `${former} ${ended.trouble} and its lease ran out`;
  const restarted = ended.wasRestarted ? ', was restarted' : '';
  return `${former} ${ended.trouble}${restarted} and released the lock${asked}`;
}

function untroubled({ how, release }: TermEnd, former: string): string {
  if (how === 'lock deleted') return 'the lock was deleted';
  if (how !== 'released') return `${former} went silent and its lease ran out`;
  const causes: Readonly<Record<string, string>> = {
    resigned: `${former} resigned and released the lock`,
    'app ended': `the app of ${former} ended, so its elector released the lock`,
    'app failing': `the app of ${former} failed its health checks, so its elector released the lock`,
  };
  return causes[release?.because ?? ''] ?? `${former} released the lock`;
}

function termSentence(term: TermEntry, name: Naming): string {
  const again = term.leader === term.previous ? ' again' : '';
  const after = term.previous === null ? '' : ` after ${duration(term.afterMs)}`;
  return `${name(term.leader)} leads${again}${after} (${reason(term, name)})`;
}

/** What is worth telling of a pod. */
export function podCondition({
  condition,
  restarts,
}: Readonly<{ condition: string; restarts: number }>): string {
  return `${condition}${restarts === 0 ? '' : `, restarts: ${restarts}`}`;
}

function deletionSentence(
  { pod, wasLeader, byForce }: Extract<Happening, { kind: 'deleted' }>,
  name: Naming,
): string {
  if (!wasLeader) return `${name(pod)}, a standby, was deleted: nobody has to take over`;
  return byForce
    ? `${name(pod)}, the leader, was deleted by force: its object is gone at once, whatever its processes do`
    : `${name(pod)}, the leader, was deleted: it is told to stop, and hands over before it goes`;
}

const containerWords: Readonly<Record<string, string>> = { [electorName]: 'elector', [appName]: 'app' };

function crashSentence(
  { pod, containers, wasLeader }: Extract<Happening, { kind: 'crashed' }>,
  name: Naming,
): string {
  const ended = containers.map((container) => containerWords[container] ?? container).join(' and ');
  if (!wasLeader) return `${ended} of ${name(pod)}, a standby, crashed: nobody has to take over`;
  return containers.includes(electorName)
    ? `${ended} of ${name(pod)}, the leader, crashed: the lock has its name still, so all wait until its lease has run out, or it is back`
    : `${ended} of ${name(pod)}, the leader, crashed`;
}

function freezeSentence({ pod, leaseLeftMs }: Extract<Happening, { kind: 'frozen' }>, name: Naming): string {
  if (leaseLeftMs === null) return `${name(pod)}, a standby, was frozen`;
  return `${name(pod)}, the leader, was frozen (SIGSTOP). Nobody can tell frozen from slow, so all wait until its lease has run out, ${duration(leaseLeftMs)} from now`;
}

function answerSentence(
  { pod, isLeader, leader }: Extract<Happening, { kind: 'answered' }>,
  name: Naming,
): string {
  const asked = `${name(pod)} was asked "do you lead?" while it was frozen. The first that it says is`;
  if (isLeader) return `${asked} yes: its lease had not run out`;
  const meanwhile = leader === pod || leader === null ? '' : `, and ${name(leader)} leads on`;
  return `${asked} no: before it answers it looks at the clock${meanwhile}`;
}
