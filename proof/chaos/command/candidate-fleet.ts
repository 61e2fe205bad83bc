import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { machineClock } from '../../../base/clock.ts';
import { ApiServer } from '../../../cluster/index.ts';
import { durationsOf } from '../../../elector/src/election/leader-election-config.ts';
import { bundleCommand } from '../../../infra/bundle-command.ts';
import { holderIn, lockResources } from '../../../local/lock.ts';
import { LinkFaults } from '../link-faults.ts';
import { CommandCandidate, candidateLeaseSeconds } from './candidate.ts';
import type { DrawnCommandFault } from './draw.ts';
import { commandFaultTraitsOf } from './faults.ts';
import type { WorkRecording } from './work-recording.ts';

const places = ['a', 'b', 'c'];
const killed = 137;
const terminated = 143;

/** A fault that is on. */
export interface ActiveFault {
  /** Whom it befalls; null: all. */
  readonly candidate: string | null;
  readonly end: () => Promise<void>;
}

/** Three candidates with a command each, and an API server that each reaches by a link of its own. */
export class CandidateFleet {
  readonly recording: WorkRecording;
  readonly leaseDurationMs = candidateLeaseSeconds * 1000;
  readonly renewDeadlineMs = durationsOf({ leaseDuration: candidateLeaseSeconds }).renewDeadlineMs;
  readonly #folder: string;
  readonly #server: ApiServer;
  readonly #apiFaults = new LinkFaults();
  #candidates: readonly CommandCandidate[] = [];

  /** Starts them; their files are kept in `folder`, which is made for that. */
  static async start(folder: string, recording: WorkRecording): Promise<CandidateFleet> {
    await mkdir(folder, { recursive: true });
    await bundleCommand(join(folder, 'program'));
    const server = await ApiServer.create({
      read: () => {
        throw new Error('nothing runs pods here');
      },
    });
    await server.listen(0);
    const fleet = new CandidateFleet(folder, server, recording);
    await fleet.#startCandidates();
    return fleet;
  }

  private constructor(folder: string, server: ApiServer, recording: WorkRecording) {
    this.#folder = folder;
    this.#server = server;
    this.recording = recording;
    server.registry.watch(lockResources.leases, { namespace: 'default' }, ({ object }) =>
      recording.writes.push({ holder: holderIn(object) ?? '', at: machineClock.monotonic() }),
    );
  }

  /** Injects a fault; null: it had no effect. */
  async inject({ kind, befallsLeader, latencyMs }: DrawnCommandFault): Promise<ActiveFault | null> {
    const victim = commandFaultTraitsOf(kind).befalls === 'all' ? null : this.#choose(befallsLeader);
    const candidate = victim?.name ?? null;
    const over = { candidate, end: () => Promise.resolve() };
    const freeze = (...pids: readonly (number | null)[]) => {
      if (!send(pids, 'SIGSTOP')) return null;
      const thaw = () => {
        send(pids, 'SIGCONT');
        return Promise.resolve();
      };
      return { candidate, end: thaw };
    };
    const disturb = (faults: LinkFaults | undefined, fault: Parameters<LinkFaults['inject']>[0]) => {
      const end = faults?.inject(fault);
      if (end === undefined) return null;
      const heal = () => {
        end();
        return Promise.resolve();
      };
      return { candidate, end: heal };
    };
    switch (kind) {
      case 'elector killed':
        return send([victim?.elector ?? null], 'SIGKILL') ? over : null;
      case 'elector frozen':
        return freeze(victim?.elector ?? null);
      case 'elector and command frozen':
        return freeze(victim?.elector ?? null, victim?.command ?? null);
      case 'guard killed':
        return send([victim?.guard ?? null], 'SIGKILL') ? over : null;
      case 'guard frozen':
        return freeze(victim?.guard ?? null);
      case 'command killed':
        victim?.mayEndWith(killed);
        return send([victim?.command ?? null], 'SIGKILL') ? over : null;
      case 'command frozen':
        return freeze(victim?.command ?? null);
      case 'told to end (SIGTERM)':
        victim?.mayEndWith(terminated);
        victim?.mayEndWith(killed);
        return send([victim?.elector ?? null], 'SIGTERM') ? over : null;
      case 'partition, refusing':
        return disturb(victim?.faults, { kind: 'broken' });
      case 'partition, silent':
        return disturb(victim?.faults, { kind: 'silent' });
      case 'API server down':
        await this.#server.close();
        return { candidate, end: () => this.#server.listen() };
      case 'API server silent':
        return disturb(this.#apiFaults, { kind: 'silent' });
      case 'API server slow':
        return disturb(this.#apiFaults, { kind: 'slow', latencyMs });
    }
  }

  /** Ends all of them, and the API server. */
  async stop(): Promise<void> {
    await Promise.all(this.#candidates.map((candidate) => candidate.stop()));
    await this.#server.close();
    await rm(this.#folder, { recursive: true });
  }

  async #startCandidates(): Promise<void> {
    const options = {
      program: join(this.#folder, 'program/main.mjs'),
      folder: this.#folder,
      server: this.#server,
      apiFaults: this.#apiFaults,
      recording: this.recording,
    };
    this.#candidates = await Promise.all(places.map((place) => CommandCandidate.start(place, options)));
  }

  /** The candidate whose command worked last, or the first of the others. */
  #choose(leader: boolean): CommandCandidate | undefined {
    return this.#candidates.find(({ name }) => (name === this.recording.lastCandidate) === leader);
  }
}

/** Returns whether any of them was there to get it. */
function send(pids: readonly (number | null)[], signal: NodeJS.Signals): boolean {
  const got = pids.filter((pid) => {
    try {
      return pid !== null && process.kill(pid, signal);
    } catch {
      return false;
    }
  });
  return got.length > 0;
}
