import { lockKinds, type LockKind } from '../../elector/src/sidecar/flags.ts';
import type { JsonObject } from '../../base/json.ts';
import { withAnnotation } from '../../elector/src/kubernetes/kube-object.ts';
import { leaderAnnotation } from '../../elector/src/election/leader-election-record.ts';
import { fastestRate, slowestRate } from './machine.ts';
import type { Pod } from './pod.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Simulation } from './simulation.ts';

/** One fault to be done: to whom, for how long, how bad (0 to 1). */
export interface Blow {
  readonly pod: Pod;
  readonly lengthMs: number;
  readonly strength: number;
}

/** Does it; false where it does not apply now. */
type Strike = (simulation: Simulation, blow: Blow) => boolean;

const longestThrottleMs = 5_000;
const longestStepMs = 40_000;

const network = {
  partition: (_, { pod, lengthMs }) => {
    pod.options.link.conditions.open('requests lost', lengthMs);
    return loseAnswers(pod, lengthMs);
  },
  'requests lost': (_, { pod, lengthMs }) => {
    pod.options.link.conditions.open('requests lost', lengthMs);
    return true;
  },
  'answers lost': (_, { pod, lengthMs }) => loseAnswers(pod, lengthMs),
  slow: (simulation, { pod, lengthMs, strength }) => {
    pod.options.link.conditions.open('slow', lengthMs, strength * simulation.leaseMs);
    return true;
  },
  lossy: (_, { pod, lengthMs, strength }) => {
    pod.options.link.conditions.open('lossy', lengthMs, strength);
    return true;
  },
  'reads forbidden': (_, { pod, lengthMs }) => {
    pod.options.link.conditions.open('reads forbidden', lengthMs);
    return true;
  },
  'writes forbidden': (_, { pod, lengthMs }) => {
    pod.options.link.conditions.open('writes forbidden', lengthMs);
    return true;
  },
  duplicates: (_, { pod, lengthMs, strength }) => {
    pod.options.link.conditions.open('duplicates', lengthMs, strength);
    return true;
  },
} satisfies Record<string, Strike>;

const apiServer = {
  'server down': ({ server, world }, { lengthMs }) => {
    server.conditions.open('is down', lengthMs);
    server.endWatches('closed');
    if (world.random.chance(0.5)) server.compact();
    return true;
  },
  'server fails before it acts': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('fails before it acts', lengthMs, strength);
    return true;
  },
  'server fails after it acted': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('fails after it acted', lengthMs, strength);
    return true;
  },
  'server throttles': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('throttles', lengthMs / 2, Math.max(1, strength * longestThrottleMs));
    return true;
  },
  'server throttles oddly': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('throttles oddly', lengthMs / 2, strength);
    return true;
  },
  'server writes slowly': ({ server, leaseMs }, { lengthMs, strength }) => {
    server.conditions.open('writes slowly', lengthMs, strength * leaseMs);
    return true;
  },
  'server knows nobody': ({ server }, { lengthMs, strength }) => {
    server.conditions.open('does not know anybody', lengthMs, strength);
    return true;
  },
  'state restored': (simulation, { strength }) => simulation.restore(1 + Math.floor(strength * 8)),
  // Between a fleet's two locks stands a read alone, so it must be of the present, as Kubernetes promises.
  'stale reads': (simulation, { lengthMs, strength }) => {
    if (simulation.skipsStep) return false;
    simulation.server.conditions.open('reads stale', lengthMs, strength * simulation.leaseMs);
    return true;
  },
  'watches lag': (simulation, { lengthMs, strength }) => {
    simulation.server.conditions.open('watches lag', lengthMs, strength * simulation.leaseMs);
    return true;
  },
  'watches forbidden': ({ server }, { lengthMs }) => {
    server.conditions.open('forbids watches', lengthMs);
    server.endWatches('closed');
    return true;
  },
  'watches end': ({ server }) => {
    server.endWatches('closed');
    return true;
  },
  'watches expire': ({ server }) => {
    server.compact();
    server.endWatches('expired');
    return true;
  },
  bookmarks: ({ server }) => {
    server.objects.passVersions(3);
    server.sendBookmarks();
    return true;
  },
} satisfies Record<string, Strike>;

const lock = {
  'lock deleted': (simulation, blow) => {
    const path = pathFor(simulation, blow);
    return simulation.vanish(path, () => simulation.server.objects.remove(path));
  },
  'record lost': (simulation, blow) => {
    const path = pathFor(simulation, blow);
    return simulation.vanish(path, () =>
      edit(simulation, path, (object) =>
        object['kind'] === 'Lease' ? { ...object, spec: {} } : withAnnotation(object, leaderAnnotation, null),
      ),
    );
  },
  'record garbled': (simulation, blow) => {
    const path = pathFor(simulation, blow);
    if (!path.includes('/endpoints/')) return false;
    return simulation.vanish(path, () =>
      edit(simulation, path, (object) => withAnnotation(object, leaderAnnotation, '{"holder')),
    );
  },
  'lock touched': (simulation, blow) => {
    const note = String(simulation.world.now);
    return edit(simulation, pathFor(simulation, blow), (object) => withAnnotation(object, 'note', note));
  },
} satisfies Record<string, Strike>;

const processes = {
  'elector crashes': (simulation, { pod, lengthMs }) => {
    if (!pod.isElectorRunning) return false;
    pod.candidate?.process.end();
    simulation.world.after(lengthMs / 2, () => simulation.startElector(pod));
    return true;
  },
  'elector restarts with another lock': (simulation, { pod, lengthMs, strength }) => {
    const lock = anotherLock(simulation, pod, strength);
    if (!pod.isElectorRunning || lock === undefined) return false;
    if (strength < 0.7) pod.candidate?.process.end();
    else pod.candidate?.stop();
    simulation.world.after(lengthMs / 2, () => {
      pod.candidate?.process.end();
      simulation.startElector(pod, lock);
    });
    return true;
  },
  'elector frozen': (simulation, { pod, lengthMs }) => freeze(simulation, [pod.candidate?.process], lengthMs),
  'pod frozen': (simulation, { pod, lengthMs }) =>
    freeze(simulation, [pod.candidate?.process, pod.app?.process], lengthMs),
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
  'wall clock steps back': (simulation, { pod, strength }) =>
    pod.options.machine.stepWall(-Math.ceil(strength * simulation.leaseMs * 0.3)),
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
  'pod deleted': (simulation, { pod, lengthMs, strength }) => {
    if (strength < 0.5) pod.endApp();
    else if (strength < 0.8) pod.closeAppsPort();
    pod.candidate?.stop();
    simulation.replace(pod, lengthMs / 4, strength > 0.7);
    return true;
  },
  'pod rolled out': (simulation, { pod, lengthMs, strength }) => {
    const { from, to } = simulation.scenario.locks;
    if (strength < 0.9) pod.endApp();
    else pod.closeAppsPort();
    pod.candidate?.stop();
    simulation.replace(pod, lengthMs / 4, false, strength < 0.7 ? to : from);
    return true;
  },
  'pod lost with its node': (simulation, { pod, lengthMs }) => {
    pod.end();
    simulation.replace(pod, lengthMs / 4, false);
    return true;
  },
  'pod replaced by a namesake while it runs on': (simulation, { pod, lengthMs }) => {
    simulation.replace(pod, lengthMs / 4, true);
    return true;
  },
  'pod replaced by a namesake with another lock': (simulation, { pod, lengthMs, strength }) => {
    const lock = anotherLock(simulation, pod, strength);
    if (lock === undefined) return false;
    if (strength < 0.5) pod.candidate?.stop();
    simulation.replace(pod, lengthMs / 4, true, lock);
    return true;
  },
  'stands aside': ({ world }, { pod, lengthMs }) => {
    if (!pod.isElectorRunning) return false;
    pod.candidate?.process.receive(() => pod.candidate?.elector.standAside('for a while'));
    world.after(lengthMs, () => stand(pod));
    return true;
  },
  resigns: (simulation, { pod }) => {
    if (!pod.resign()) return false;
    simulation.waitsForLease();
    return true;
  },
  'app hangs': (simulation, { pod, lengthMs, strength }) => {
    const { app } = pod;
    if (app === null || !freeze(simulation, [app.process], lengthMs)) return false;
    simulation.world.after(strength * 3_000, () => {
      if (!app.process.canRun)
        pod.candidate?.process.receive(() => pod.candidate?.elector.standAside('app hangs'));
    });
    simulation.world.after(lengthMs + 1, () => stand(pod));
    return true;
  },
  'app crashes': ({ world }, { pod, lengthMs }) => {
    if (pod.app === null) return false;
    pod.endApp();
    pod.candidate?.process.receive(() => pod.candidate?.elector.standAside('the app has ended'));
    world.after(lengthMs, () => {
      if (pod.app?.process.hasEnded === true && pod.isElectorRunning) pod.startApp();
      stand(pod);
    });
    return true;
  },
} satisfies Record<string, Strike>;

const strikes = { ...network, ...apiServer, ...lock, ...processes } satisfies Record<string, Strike>;

export type FaultKind = keyof typeof strikes;

/** What faults happen to. */
export const faultGroups = [network, apiServer, lock, processes].map(
  (group) => Object.keys(group) as FaultKind[],
);

export const faultKinds = faultGroups.flat();

/** Lets a fault happen; returns false where it does not apply now. */
export function strike(kind: FaultKind, simulation: Simulation, blow: Blow): boolean {
  return strikes[kind](simulation, blow);
}

function loseAnswers(pod: Pod, lengthMs: number): boolean {
  const { link, world } = pod.options;
  link.conditions.open('answers lost', lengthMs);
  world.after(lengthMs, () => link.flush());
  return true;
}

function freeze(
  { world }: Simulation,
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

function stand(pod: Pod): void {
  pod.candidate?.process.receive(() => pod.candidate?.elector.stand());
}

/** A lock that the pod does not stand by, of those that its fleet may meet; undefined: there is none. */
function anotherLock({ scenario, skipsStep }: Simulation, pod: Pod, strength: number): LockKind | undefined {
  const { from, to } = scenario.locks;
  const locks = skipsStep ? lockKinds : [from, to];
  const others = locks.filter((lock) => lock !== pod.lock);
  return others[Math.floor(strength * 10) % others.length];
}

/** The object that a fault of the lock strikes. */
function pathFor({ lockPaths }: Simulation, { strength }: Blow): string {
  return lockPaths[strength > 0.5 ? lockPaths.length - 1 : 0] ?? '';
}

/** An administrator changes the lock as it is at this moment. Returns whether there was one. */
function edit({ server }: Simulation, path: string, change: (object: JsonObject) => JsonObject): boolean {
  const object = server.objects.read(path);
  if (object === null) return false;
  return server.objects.put(path, change(object)).code === 200;
}
