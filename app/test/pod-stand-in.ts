import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { startApp } from '../src/app.ts';
import { ScriptedElector } from './scripted-elector.ts';

export interface PodStandInOptions {
  /** Where it hears of the others; null: nowhere. */
  readonly podsUrl?: URL;
  readonly ip?: string;
  readonly leaseDurationMs?: number;
}

/** The app of one pod beside its elector. */
export class PodStandIn {
  readonly name: string;
  readonly elector: ScriptedElector;
  readonly server: Server;
  readonly #stop = new AbortController();

  private constructor(name: string, elector: ScriptedElector, options: PodStandInOptions) {
    const { podsUrl = null, ip = '10.244.0.7', leaseDurationMs = 3000 } = options;
    const settings = {
      port: 0,
      leaderPort: null,
      podName: name,
      podIp: ip,
      podNamespace: null,
      podsUrl,
      electorUrl: elector.url,
      electorTokenFile: null,
      leaseDurationMs,
    };
    this.name = name;
    this.elector = elector;
    this.server = startApp(settings, systemClock, silentLog, this.#stop.signal).listen(0, '127.0.0.1');
  }

  static async start(name: string, options: PodStandInOptions = {}): Promise<PodStandIn> {
    const pod = new PodStandIn(name, await ScriptedElector.start(), options);
    await once(pod.server, 'listening');
    return pod;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.server.closeAllConnections();
    this.server.close();
    await this.elector.stop();
  }
}
