import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import { noClaims } from '../../elector/src/kubernetes/credentials.ts';
import { EndpointsLock } from '../../elector/src/kubernetes/endpoints-lock.ts';
import { KubeClient } from '../../elector/src/kubernetes/kube-client.ts';
import { LeaseLock } from '../../elector/src/kubernetes/lease-lock.ts';
import { UserError } from '../../base/user-error.ts';
import type { DeployedExample } from '../observation/deployed-example.ts';
import { LockHistory } from '../observation/lock-history.ts';

const requestTimeoutMs = 10_000;

/** The lock of the example where it was deployed, watched through `kubectl proxy`, whatever kubectl's credentials are. */
export class DeployedLock {
  readonly history: LockHistory;
  readonly #proxy: ChildProcess;
  readonly #client: KubeClient;
  readonly #namespace: string;

  private constructor(proxy: ChildProcess, server: string, { namespace, flags }: DeployedExample) {
    const authorize = () => Promise.resolve({ headers: {}, tls: {} });
    const credentials = { server, namespace: null, claims: noClaims, authorize, rejected: () => undefined };
    this.#proxy = proxy;
    this.#client = new KubeClient({ credentials, requestTimeoutMs });
    this.#namespace = namespace;
    // Of two objects that hold the lock together, each names the holder.
    const Lock = flags.lock === 'leases' ? LeaseLock : EndpointsLock;
    const place = { client: this.#client, namespace: flags.electionNamespace ?? namespace, owner: null };
    this.history = new LockHistory(new Lock({ ...place, name: flags.election }));
  }

  /** @throws UserError where kubectl proxy does not start */
  static async watch(example: DeployedExample): Promise<DeployedLock> {
    const proxy = example.kubectl.start('proxy', '--port=0');
    return new DeployedLock(proxy, `http://${await addressOf(proxy)}`, example);
  }

  /** Deletes a pod as `kubectl delete pod` does, without the time that kubectl takes to start. */
  async deletePod(name: string): Promise<void> {
    await this.#client.request('DELETE', `/api/v1/namespaces/${this.#namespace}/pods/${name}`);
  }

  async end(): Promise<void> {
    await this.history.end();
    this.#client.close();
    this.#proxy.kill();
  }
}

async function addressOf(proxy: ChildProcess): Promise<string> {
  if (proxy.stdout !== null)
    for await (const line of createInterface(proxy.stdout)) {
      const [, address] = /^Starting to serve on (\S+)$/.exec(line) ?? [];
      if (address !== undefined) return address;
    }
  if (proxy.exitCode === null && proxy.signalCode === null) await once(proxy, 'exit');
  throw new UserError('kubectl proxy did not start. Next, to see why: kubectl proxy --port=0');
}
