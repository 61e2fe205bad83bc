import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { APIResourceList } from 'kubernetes-types/meta/v1.js';
import type { Role, RoleBindingList } from 'kubernetes-types/rbac/v1.js';
import type { EventList, Service, ServiceAccount } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { eventually } from '../../base/testing/eventually.ts';
import type { KubernetesObject } from '../../cluster/index.ts';
import { holderIn } from '../../local/lock.ts';
import { kindsOf } from '../../base/lock-kinds.ts';
import { electorName, leaderPort, serviceName } from '../../infra/names.ts';
import { selector, type DeployedExample } from '../../proof/observation/deployed-example.ts';
import { ElectorClient } from '../../proof/observation/elector-client.ts';
import { KubectlError } from '../../proof/observation/kubectl.ts';
import { KubectlElectors } from '../../proof/observation/kubectl-electors.ts';
import { Listeners } from '../../proof/observation/listeners.ts';
import { Recording } from '../../proof/observation/recording.ts';
import { violationsIn } from '../../proof/observation/violations.ts';
import type { Page } from './page.ts';

/** The tests of the example where it is deployed: what its README says that one sees there. */
export function deployedSuite({ kubectl, namespace, replicas, flags }: DeployedExample, page: Page): void {
  const inNamespace = `--namespace=${namespace}`;
  const get = (kind: string, name: string, ...args: string[]) => kubectl.json('get', kind, name, ...args);

  async function locks(): Promise<KubernetesObject[]> {
    const where = `--namespace=${flags.electionNamespace ?? namespace}`;
    const kinds = kindsOf(flags.lock).split(',');
    return Promise.all(
      kinds.map(async (kind) => (await get(kind, flags.election, where)) as KubernetesObject),
    );
  }

  /** The pod that holds the lock; null while nobody does, or two objects that hold it do not agree. */
  async function holder(): Promise<string | null> {
    const [name = null, ...others] = (await locks()).map(holderIn);
    return name !== '' && others.every((other) => other === name) ? name : null;
  }

  const someHolder = () => eventually('a pod that holds the lock', holder);

  describe('The example as it is deployed', () => {
    it('has a ServiceAccount with the right to the lock', async () => {
      const { metadata } = (await get('serviceaccount', electorName, inNamespace)) as ServiceAccount;
      const subject = { kind: 'ServiceAccount', name: metadata?.name, namespace };
      const lists = [
        kubectl.json('get', 'clusterrolebindings'),
        kubectl.json('get', 'rolebindings', inNamespace),
      ];
      const bindings = (await Promise.all(lists)).flatMap((list) => (list as RoleBindingList).items);
      const roles = bindings
        .filter(({ subjects = [] }) => subjects.some((one) => isDeepStrictEqual(one, subject)))
        .map(({ roleRef }) => roleRef);
      const objects = roles.map(({ kind, name }) =>
        get(kind, name, ...(kind === 'Role' ? [inNamespace] : [])),
      );
      const rules = (await Promise.all(objects)).flatMap((role) => (role as Role).rules ?? []);
      const used = ['get', 'create', 'update', 'watch'];
      // What the original example's readers look for.
      const isOriginal = roles.some(({ name }) => name === electorName);
      for (const resource of kindsOf(flags.lock).split(','))
        for (const verb of isOriginal && resource === 'endpoints' ? [...used, 'delete', 'patch'] : used)
          assert.ok(
            rules.some((rule) => rule.resources?.includes(resource) && rule.verbs.includes(verb)),
            `${verb} ${resource}`,
          );
    });

    it('may do what it needs in its namespace, and nothing else', async () => {
      const account = `--as=system:serviceaccount:${namespace}:${electorName}`;
      const mayDo = (verb: string, what: string) =>
        kubectl.run('auth', 'can-i', verb, what, account, inNamespace).then(
          () => true,
          (error: unknown) => (error instanceof KubectlError ? false : Promise.reject(error as Error)),
        );
      const slices = 'endpointslices.discovery.k8s.io';
      const expected: [string, string, boolean][] = [
        ['create', 'events', true],
        ['list', 'pods', flags.podSelector !== null],
        ['update', `${slices}/${flags.leaderService ?? 'any'}`, flags.leaderService !== null],
        ['create', slices, false],
        ['update', `${kindsOf(flags.lock).split(',')[0] ?? ''}/another`, false],
        ['delete', 'pods', false],
        ['get', 'secrets', false],
      ];
      const found = expected.map(async ([verb, what]) => [verb, what, await mayDo(verb, what)]);
      assert.deepEqual(await Promise.all(found), expected);
    });

    it('has as many ready pods as its Deployment is to have, and a port on the node', async () => {
      await eventually(`${replicas} ready pods`, async () => {
        const { status } = (await get('deployment', electorName, inNamespace)) as Deployment;
        return status?.readyReplicas === replicas && status.replicas === replicas;
      });
      const { spec } = (await get('service', serviceName, inNamespace)) as Service;
      assert.equal(spec?.type, 'NodePort');
      assert.equal(spec.ports?.[0]?.port, 80);
    });

    it('has a lock that names one of its pods, and that goes when the ServiceAccount goes', async () => {
      const pods = (await kubectl.run('get', 'pods', inNamespace, '-o', 'name')).split('\n');
      assert.ok(pods.includes(`pod/${await someHolder()}`));
      const account = (await get('serviceaccount', electorName, inNamespace)) as ServiceAccount;
      for (const { metadata } of await locks())
        assert.deepEqual(
          metadata.ownerReferences?.map(({ kind, uid }) => ({ kind, uid })),
          [{ kind: 'ServiceAccount', uid: account.metadata?.uid }],
        );
    });

    it('shows on its page which pod it is, and which one leads', async () => {
      const leader = await someHolder();
      const lines = await page.lines();
      const hostname = lines.get('hostname') ?? '';
      assert.match(hostname, /^My hostname: \S+$/);
      assert.match(lines.get('ip') ?? '', /^My IP: [\da-f.:]+$/);
      assert.match(lines.get('time') ?? '', /^Current time: .* GMT$/);
      assert.equal(lines.get('verdict'), verdictOf(hostname, leader));
    });

    it('is led by another pod as soon as the leader’s is deleted, which is replaced, and the page follows', async () => {
      const former = await someHolder();
      await kubectl.run('delete', 'pod', former, inNamespace, '--wait=false');
      const next = await eventually('another pod that holds the lock', async () => {
        const name = await holder();
        return name === former ? null : name;
      });
      await eventually(`a page that names ${next}`, async () => {
        const lines = await page.lines().catch(() => new Map<string, string>());
        return lines.get('verdict') === verdictOf(lines.get('hostname') ?? '', next);
      });
      await kubectl.run('wait', '--for=delete', `pod/${former}`, inNamespace, '--timeout=50s');
      await kubectl.run('rollout', 'status', `deployment/${electorName}`, inNamespace, '--timeout=50s');
    });

    it('tells of that by Events of its lock', async () => {
      const where = `--namespace=${flags.electionNamespace ?? namespace}`;
      const ofLock = `--field-selector=reason=LeaderElection,involvedObject.name=${flags.election}`;
      const leader = await someHolder();
      await eventually(`an Event that ${leader} became leader`, async () => {
        const { items } = (await kubectl.json('get', 'events', where, ofLock)) as EventList;
        const messages = items.map(({ message = '' }) => message);
        return (
          messages.includes(`${leader} became leader`) &&
          messages.some((message) => message.includes(' stopped leading: '))
        );
      });
    });

    it('is served as the leader by the pod alone that leads, behind the leader’s Service', async function () {
      const { leaderService } = flags;
      if (leaderService === null) this.skip();
      const leader = await someHolder();
      await eventually(`an EndpointSlice that leads to ${leader}`, async () => {
        // An empty list is served as null.
        const { endpoints } = (await get('endpointslice', leaderService, inNamespace)) as {
          readonly endpoints: EndpointSlice['endpoints'] | null;
        };
        return endpoints?.length === 1 && endpoints[0]?.targetRef?.name === leader;
      });
      const pods = (await kubectl.run('get', 'pods', inNamespace, selector, '-o', 'name')).trim().split('\n');
      for (const pod of pods.map((path) => path.slice('pod/'.length))) {
        const path = `/api/v1/namespaces/${namespace}/pods/${pod}:${leaderPort}/proxy/`;
        const served = kubectl.run('get', '--raw', path);
        if (pod === leader) assert.equal((JSON.parse(await served) as { name: string }).name, leader);
        else await assert.rejects(served, KubectlError);
      }
    });
  });

  describe('The electors of the example as it is deployed', () => {
    let electors: KubectlElectors;
    let recording: Recording;
    let listeners: Listeners;
    let end = () => Promise.resolve();

    before('needs kubectl port-forward', async function () {
      const { resources } = JSON.parse(await kubectl.run('get', '--raw', '/api/v1')) as APIResourceList;
      if (!resources.some(({ name }) => name === 'pods/portforward')) {
        console.log('    skipped: this cluster forwards no ports to its pods');
        this.skip();
      }
      electors = new KubectlElectors({ kubectl, namespace, replicas, flags }, (error) => assert.fail(error));
      recording = new Recording();
      listeners = new Listeners(electors, recording);
      end = async () => {
        await listeners.end();
        await electors.stop();
      };
    });

    after(() => end());

    /** What each elector that stays answers now; null as long as one does not answer. */
    async function answers() {
      const pods = electors.pods().filter(({ isTerminating, isReady }) => isReady && !isTerminating);
      const all = await Promise.all(pods.map(({ name }) => ask(name)));
      const statuses = all.filter((status) => status !== null);
      return statuses.length === replicas ? statuses : null;
    }

    async function ask(pod: string) {
      const client = new ElectorClient(() => electors.electorPort(pod));
      return client.ask().finally(() => client.close());
    }

    /** Waits until all electors name the same leader, and it alone says that it leads. */
    function agreement(): Promise<string> {
      return eventually('electors that agree', async () => {
        const statuses = (await answers()) ?? [];
        const [leader, ...others] = new Set(statuses.map(({ name }) => name));
        const leaders = statuses.filter(({ isLeader }) => isLeader);
        return others.length === 0 && leaders.length === 1 ? leader : null;
      });
    }

    it('agree on who leads, with the lock', async () => {
      assert.equal(await agreement(), await someHolder());
    });

    it('agree on another one when its pod is deleted', async () => {
      const former = await agreement();
      recording.appEnded(former, true);
      await electors.deletePod(former);
      const next = await agreement();
      assert.notEqual(next, former);
      assert.equal(await someHolder(), next);
    });

    it('never said anything meanwhile that they promised not to, such as two of them that they lead', async () => {
      await listeners.end();
      assert.ok(recording.answers.some(({ status }) => status.isLeader));
      assert.deepEqual(recording.unreadable, []);
      assert.deepEqual(violationsIn(recording), []);
    });
  });
}

/** What the page of a pod says about the leader. */
function verdictOf(hostname: string, leader: string): string {
  return hostname === `My hostname: ${leader}`
    ? 'I am the current master!'
    : `The master is at hostname: ${leader}`;
}
