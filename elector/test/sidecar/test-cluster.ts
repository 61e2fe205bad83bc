import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectionStatus } from '../../src/election/election-status.ts';
import type { JsonObject } from '../../../base/json.ts';
import { FakeApiServer } from '../kubernetes/api-server.ts';
import { issueCertificate } from '../kubernetes/certificates.ts';
import { endChildren, type Child } from '../../../base/testing/child.ts';
import { startElector, statusOf } from './elector-process.ts';
import { eventually } from '../../../base/testing/eventually.ts';
import { holderWritten } from '../kubernetes/lock-writes.ts';

const lockPath = '/api/v1/namespaces/default/endpoints/example';
const tokenPath = '/token';
const volumePath = 'var/run/secrets/kubernetes.io/serviceaccount';

const certificates = (async () => {
  const authority = await issueCertificate('authority');
  const server = await issueCertificate('server', authority, [{ type: 'ip', value: '127.0.0.1' }]);
  return { ca: authority.cert, cert: server.cert, key: server.key };
})();

/** An API server with TLS, and electors beside it that find their credentials as in a pod of the namespace `default`. */
export class TestCluster {
  readonly api: FakeApiServer;
  readonly folder: string;
  readonly #ca: string;

  private constructor(api: FakeApiServer, folder: string, ca: string) {
    this.api = api;
    this.folder = folder;
    this.#ca = ca;
  }

  static async start(): Promise<TestCluster> {
    const { ca, cert, key } = await certificates;
    const folder = await mkdtemp(join(tmpdir(), 'elector-'));
    return new TestCluster(await FakeApiServer.start({ tls: { cert, key } }), folder, ca);
  }

  /** Ends it, and every process that was started meanwhile. */
  async end(): Promise<void> {
    await endChildren();
    await this.api.close();
    await rm(this.folder, { recursive: true });
  }

  /**
   * Starts the elector of the pod `id` in the election `example`, with an HTTP API on a free port. With a lease of an hour, nothing
   * that a test waits for can come from time having passed.
   */
  async elect(id: string, ttl: string, ...args: string[]): Promise<Child> {
    const own = [`--id=${id}`, `--ttl=${ttl}`, '--http=127.0.0.1:0', '--use-cluster-credentials'];
    own.push(`--token-file=${tokenPath}`);
    return startElector(['--election=example', ...own, ...args], await this.podEnvironment(id));
  }

  /** The headers by which a program of this pod proves itself to the pod's elector, once that serves. */
  async proofOf(pod: string): Promise<{ Authorization: string }> {
    return { Authorization: `Bearer ${await readFile(join(this.folder, pod, tokenPath), 'utf8')}` };
  }

  /** The environment in which a process finds the API server and the volume of the pod's service account. */
  async podEnvironment(pod: string): Promise<NodeJS.ProcessEnv> {
    const root = join(this.folder, pod);
    const volume = join(root, volumePath);
    await mkdir(volume, { recursive: true });
    const files = { token: podToken(pod), 'ca.crt': this.#ca, namespace: 'default' };
    for (const [name, text] of Object.entries(files)) await writeFile(join(volume, name), text);
    const { hostname, port } = new URL(this.api.url);
    return {
      CONTAINER_SANDBOX_MOUNT_POINT: root,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
    };
  }

  /** The lock as it is stored. */
  get lock(): JsonObject {
    return this.api.objects.get(lockPath).body;
  }

  /** Who holds the lock: `""` for nobody since a release, null where there is no record. */
  get holder(): string | null {
    return holderWritten(this.lock);
  }

  /** Waits until the lock is held by `name`, without asking an elector: its answer would be a promise (rule 6). */
  async heldBy(name: string): Promise<void> {
    await eventually(`a lock held by "${name}"`, () => this.holder === name);
  }
}

/** Waits until this elector answers that it leads; resolves with that answer. */
export function leadership(elector: Child): Promise<ElectionStatus> {
  return eventually('an elector that leads', async () => {
    const status = await statusOf(elector);
    return status.isLeader && status;
  });
}

/** Waits until this elector names that leader. */
export async function leaderKnown(elector: Child, name: string): Promise<void> {
  await eventually(`an elector that names ${name}`, async () => (await statusOf(elector)).name === name);
}

/** A pod's token, as a kubelet mounts it; nobody checks its signature. */
function podToken(pod: string): string {
  const claims = {
    namespace: 'default',
    pod: { name: pod, uid: `${pod}-uid` },
    serviceaccount: { name: 'leader-elector', uid: 'service-account-uid' },
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ 'kubernetes.io': claims })}.c2lnbmF0dXJl`;
}
