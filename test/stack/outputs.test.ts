import assert from 'node:assert/strict';
import { pickInternalIp, urlHost } from '../../infra/cluster.ts';
import { changedStack, chosenNodePort, defaultStack, nodeAddresses } from './stack.ts';
import type { Stack } from './stack.ts';

function nodesRead({ resources }: Stack): string[] {
  return resources.filter(({ type }) => type === 'kubernetes:core/v1:Node').map(({ id }) => id);
}

describe('the outputs', () => {
  it('have the URL at the InternalIP of the node and the port that the cluster chose', async () => {
    const stack = await defaultStack();
    assert.equal(stack.outputs['url'], `http://192.168.49.2:${chosenNodePort}`);
    assert.deepEqual(nodesRead(stack), ['minikube']);
  });

  it('have the URL at the configured address and port, without asking for the node', async () => {
    const stack = await changedStack();
    assert.equal(stack.outputs['url'], 'http://127.0.0.1:30080');
    assert.deepEqual(nodesRead(stack), []);
  });

  it('say what to type next, for this context, namespace and lock', async () => {
    const { outputs } = await changedStack();
    assert.deepEqual(outputs['next'], [
      'curl http://127.0.0.1:30080',
      'kubectl --context other --namespace demo port-forward service/leader-elector-service 8080:80 # where the node cannot be reached: http://localhost:8080',
      'kubectl --context other --namespace demo get pods --selector app=leader-elector',
      'kubectl --context other --namespace demo get leases my-election -o json',
      'kubectl --context other --namespace demo delete pod LEADER',
    ]);
  });
});

describe('the address of a node', () => {
  it('is its InternalIP', () => {
    assert.equal(pickInternalIp('minikube', nodeAddresses), '192.168.49.2');
  });

  it('that has no InternalIP is an error that names the node and the config key', () => {
    const addresses = [{ type: 'Hostname', address: 'minikube' }];
    assert.throws(
      () => pickInternalIp('n1', addresses),
      /node "n1" has no InternalIP.*config set nodeAddress/,
    );
  });

  it('stands in brackets in a URL when it is of IPv6', () => {
    assert.equal(urlHost('fd00::2'), '[fd00::2]');
    assert.equal(urlHost('192.168.49.2'), '192.168.49.2');
    assert.equal(urlHost('minikube.local'), 'minikube.local');
  });
});
