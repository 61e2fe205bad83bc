import { lockKinds, type LockKind } from '../../../base/lock-kinds.ts';
import { fastestRate, slowestRate } from '../machine.ts';
import type { SimulatedPod } from '../simulated-pod.ts';
import { skipsStep } from '../rollout.ts';
import type { SimulatedProcess } from '../simulated-process.ts';
import type { FaultyHistory, Inject } from './fault.ts';

const longestStepMs = 40_000;

/** Faults of electors, apps and pods, and of the machines and clocks beneath them. */
export const processFaults = {
  'elector crashes': (history, { pod, lengthMs }) => {
    if (!pod.isElectorRunning) return false;
    pod.candidate?.process.end();
    history.world.after(lengthMs / 2, () => history.startElector(pod));
    return true;
  },
  'elector restarts with another lock': (history, { pod, lengthMs, strength }) => {
    const lock = anotherLock(history, pod, strength);
    if (!pod.isElectorRunning || lock === undefined) return false;
    if (strength < 0.7) pod.candidate?.process.end();
    else pod.candidate?.stop();
    history.world.after(lengthMs / 2, () => {
      pod.candidate?.process.end();
      history.startElector(pod, lock);
    });
    return true;
  },
  'elector frozen': (history, { pod, lengthMs }) => freeze(history, [pod.candidate?.process], lengthMs),
  'pod frozen': (history, { pod, lengthMs }) =>
    freeze(history, [pod.candidate?.process, pod.app?.process], lengthMs),
  'machine suspended': ({ world }, { pod, lengthMs }) => {
    const { machine } = pod.options;
    if (!machine.suspend()) return false;
    world.after(lengthMs, () => machine.resume());
    return true;
  },
  'clock rate changes': (_, { pod, strength }) => {
    pod.options.machine.changeRate(slowestRate + strength * (fastestRate - slowestRate));
    return true;
  },
  'wall clock stepped': (_, { pod, strength }) =>
    pod.options.machine.stepWall((strength - 0.5) * 2 * longestStepMs),
  'wall clock jumps for a while': ({ world, leaseMs }, { pod, lengthMs, strength }) => {
    const { machine } = pod.options;
    const ms = Math.ceil(strength * leaseMs);
    machine.stepWall(ms);
    world.after(lengthMs / 4, () => machine.stepWall(-ms));
    return true;
  },
  'wall clock steps back': (history, { pod, strength }) =>
    pod.options.machine.stepWall(-Math.ceil(strength * history.leaseMs * 0.3)),
  'app suspended': ({ world }, { pod, lengthMs }) => {
    const { app } = pod;
    if (app?.sandbox.suspend() !== true) return false;
    world.after(lengthMs, () => app.sandbox.resume());
    return true;
  },
  'app closes its port first': ({ world }, { pod, lengthMs, strength }) => {
    const { app } = pod;
    if (app === null || app.refuses) return false;
    pod.closeAppsPort();
    if (strength < 0.5)
      pod.candidate?.process.receive(() => pod.candidate?.elector.standAside('app refuses'));
    world.after(lengthMs, () => {
      if (pod.app !== app || !pod.isElectorRunning) return;
      pod.endApp();
      pod.startApp();
      stand(pod);
    });
    return true;
  },
  'asked by somebody else': (_, { pod: { candidate } }) => {
    if (candidate?.process.canRun !== true) return false;
    candidate.ask();
    return true;
  },
  "app's stream breaks": (_, { pod, lengthMs }) => pod.breakEvents(lengthMs / 4),
  'pod deleted': (history, { pod, lengthMs, strength }) => {
    if (strength < 0.5) pod.endApp();
    else if (strength < 0.8) pod.closeAppsPort();
    pod.candidate?.stop();
    history.replace(pod, lengthMs / 4, strength > 0.7);
    return true;
  },
  'pod rolled out': (history, { pod, lengthMs, strength }) => {
    const { from, to } = history.locks;
    if (strength < 0.9) pod.endApp();
    else pod.closeAppsPort();
    pod.candidate?.stop();
    history.replace(pod, lengthMs / 4, false, strength < 0.7 ? to : from);
    return true;
  },
  'pod lost with its node': (history, { pod, lengthMs }) => {
    pod.end();
    history.replace(pod, lengthMs / 4, false);
    return true;
  },
  'pod replaced by a namesake while it runs on': (history, { pod, lengthMs }) => {
    history.replace(pod, lengthMs / 4, true);
    return true;
  },
  'pod replaced by a namesake with another lock': (history, { pod, lengthMs, strength }) => {
    const lock = anotherLock(history, pod, strength);
    if (lock === undefined) return false;
    if (strength < 0.5) pod.candidate?.stop();
    history.replace(pod, lengthMs / 4, true, lock);
    return true;
  },
  'stands aside': ({ world }, { pod, lengthMs }) => {
    if (!pod.isElectorRunning) return false;
    pod.candidate?.process.receive(() => pod.candidate?.elector.standAside('for a while'));
    world.after(lengthMs, () => stand(pod));
    return true;
  },
  resigns: (history, { pod }) => {
    if (!pod.resign()) return false;
    history.waitsForLease();
    return true;
  },
  'app hangs': (history, { pod, lengthMs, strength }) => {
    const { app } = pod;
    if (app === null || !freeze(history, [app.process], lengthMs)) return false;
    history.world.after(strength * 3_000, () => {
      if (!app.process.canRun)
        pod.candidate?.process.receive(() => pod.candidate?.elector.standAside('app hangs'));
    });
    history.world.after(lengthMs + 1, () => stand(pod));
    return true;
  },
  'app crashes': ({ world }, { pod, lengthMs }) => {
    if (pod.app === null) return false;
    pod.endApp();
    pod.candidate?.process.receive(() => pod.candidate?.elector.standAside('app ended'));
    world.after(lengthMs, () => {
      if (pod.app?.process.hasEnded === true && pod.isElectorRunning) pod.startApp();
      stand(pod);
    });
    return true;
  },
} satisfies Record<string, Inject>;

function freeze(
  { world }: FaultyHistory,
  processes: readonly (SimulatedProcess | undefined)[],
  lengthMs: number,
): boolean {
  const running = processes.filter((process) => process?.canRun === true);
  for (const process of running) {
    process?.freeze();
    world.after(lengthMs, () => process?.thaw());
  }
  return running.length > 0;
}

function stand(pod: SimulatedPod): void {
  pod.candidate?.process.receive(() => pod.candidate?.elector.stand());
}

/** A lock that the pod does not stand by, of those that its fleet may meet; undefined: there is none. */
function anotherLock(
  { locks: rollout }: FaultyHistory,
  pod: SimulatedPod,
  strength: number,
): LockKind | undefined {
  const locks = skipsStep(rollout) ? lockKinds : [rollout.from, rollout.to];
  const others = locks.filter((lock) => lock !== pod.lock);
  return others[Math.floor(strength * 10) % others.length];
}
