import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../base/json.ts';
import type { KubeClient } from '../../elector/src/kubernetes/kube-client.ts';
import { NotFoundError } from '../../elector/src/election/resource-lock.ts';

/** Who takes part: with the rights of the example's electors, or with these but for watching. */
export type Account = 'watching' | 'polling';

const verbs: Readonly<Record<Account, readonly string[]>> = {
  watching: ['create', 'get', 'delete', 'patch', 'update', 'list', 'watch'],
  polling: ['create', 'get', 'update'],
};
const accounts = Object.keys(verbs) as Account[];
const tokenLifetimeSeconds = 3600;

/** A namespace for one run, and in it the service accounts of those who take part. */
export class BenchNamespace {
  readonly name = `bench-${randomBytes(4).toString('hex')}`;
  readonly #client: KubeClient;

  /** `client`: an administrator's. */
  constructor(client: KubeClient) {
    this.#client = client;
  }

  async create(): Promise<void> {
    await this.#client.request('POST', '/api/v1/namespaces', { metadata: { name: this.name } });
    for (const account of accounts) await this.#createAccount(account);
  }

  /** A token of the account, for an hour. */
  async token(account: Account): Promise<string> {
    const path = `${this.#path('', 'serviceaccounts')}/${account}/token`;
    const { status } = await this.#client.request('POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: tokenLifetimeSeconds },
    });
    return String(isJsonObject(status) ? status['token'] : '');
  }

  /** Removes the namespace with all that was made in it. */
  async remove(): Promise<void> {
    // Where controllers run, one of them has made this account, and another removes the namespace.
    const isControlled = await this.#exists(`${this.#path('', 'serviceaccounts')}/default`);
    if (!isControlled) await this.#removeContent();
    await this.#client.request('DELETE', `/api/v1/namespaces/${this.name}`);
    if (isControlled) return;
    await this.#client.request('PUT', `/api/v1/namespaces/${this.name}/finalize`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: this.name },
      spec: { finalizers: [] },
    });
  }

  async #createAccount(account: Account): Promise<void> {
    const metadata = { name: account };
    const rbac = 'rbac.authorization.k8s.io';
    const rules = [{ apiGroups: [''], resources: ['endpoints'], verbs: verbs[account] }];
    const roleRef = { apiGroup: rbac, kind: 'Role', name: account };
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace: this.name }];
    await this.#client.request('POST', this.#path('', 'serviceaccounts'), { metadata });
    await this.#client.request('POST', this.#path(rbac, 'roles'), { metadata, rules });
    await this.#client.request('POST', this.#path(rbac, 'rolebindings'), { metadata, roleRef, subjects });
  }

  async #removeContent(): Promise<void> {
    const rbac = 'rbac.authorization.k8s.io';
    const collections = [
      this.#path('', 'endpoints'),
      this.#path(rbac, 'rolebindings'),
      this.#path(rbac, 'roles'),
      this.#path('', 'serviceaccounts'),
    ];
    for (const collection of collections) {
      const { items } = await this.#client.request('GET', collection);
      for (const name of (items as JsonObject[]).map(nameOf)) {
        await this.#client.request('DELETE', `${collection}/${name}`);
      }
    }
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#client.request('GET', path);
      return true;
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  #path(group: string, resource: string): string {
    return `${group === '' ? '/api/v1' : `/apis/${group}/v1`}/namespaces/${this.name}/${resource}`;
  }
}

function nameOf({ metadata }: JsonObject): string {
  return String(isJsonObject(metadata) ? metadata['name'] : '');
}
