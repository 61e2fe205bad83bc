import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endChildren, type Child } from '../../base/testing/child.ts';
import { ClusterWithRights } from './cluster.ts';
import { Consumer } from './consumer.ts';
import { changesExample, commonJsExample, example, rights } from './readme.ts';

/** The name of the candidate in a program that works as the leader. */
async function leaderIn(program: Child): Promise<string> {
  const [, name = ''] = await program.line(/^(\S+) works$/);
  return name;
}

describe('The packed library', () => {
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install();
  });
  after(() => consumer.remove());

  it('is installed alone: it depends on nothing', async () => {
    const lock = await readFile(join(consumer.folder, 'node_modules/.package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as { packages: Record<string, unknown> };
    assert.deepEqual(Object.keys(packages), ['node_modules/k8s-leader-elector']);
  });

  it('consists of the library, its types, its licences and its README', () => {
    const other = consumer.packed
      .filter((file) => !/^dist\/lib\/(elector\/src|base)(\/[a-z-]+)+(\.js|\.d\.ts)$/.test(file))
      .sort();
    const licences = 'dist/lib/kubeconfig-credentials.LICENSES.txt';
    assert.deepEqual(other, ['LICENSE', 'README.md', licences, 'package.json']);
  });

  describe("runs the README's example on a cluster", () => {
    let cluster: ClusterWithRights;

    before(async () => {
      cluster = await ClusterWithRights.start(consumer.folder, rights);
    });
    after(() => cluster.stop());
    afterEach(endChildren);

    it('as an ES module with a kubeconfig, by require in a pod: when one is stopped, the other leads at once', async () => {
      const one = await consumer.start('one.mjs', example, await cluster.kubeconfigEnvironment());
      const nameOfOne = await leaderIn(one);
      const two = await consumer.start('two.cjs', commonJsExample, await cluster.podEnvironment());
      await two.line(/^new leader elected /);
      assert.deepEqual(cluster.holders, [nameOfOne]);

      one.signal('SIGTERM');
      assert.equal(await one.ended, 0, one.lines.join('\n'));
      const nameOfTwo = await leaderIn(two);
      // It was handed over: whoever waits until a lease has run out finds the holder's name.
      assert.deepEqual(cluster.holders, [nameOfOne, '', nameOfTwo]);

      two.signal('SIGTERM');
      assert.equal(await two.ended, 0, two.lines.join('\n'));
      assert.deepEqual(cluster.holders, [nameOfOne, '', nameOfTwo, '']);
    });

    it('and says what is missing where there are no credentials', async () => {
      const program = await consumer.start('none.mjs', example, {});
      assert.equal(await program.ended, 1);
      assert.match(program.lines.join('\n'), /no credentials: set KUBECONFIG, or create ~\/.kube\/config/);
    });
  });

  describe('has types with which the examples compile, all libraries checked', () => {
    const module = example + changesExample;

    it('with moduleResolution node16', async () => {
      const node16 = { module: 'node16', moduleResolution: 'node16' };
      assert.deepEqual(await consumer.typeErrors({ 'node16.mts': module }, node16), []);
    });

    it('with moduleResolution bundler', async () => {
      const bundler = { module: 'esnext', moduleResolution: 'bundler' };
      assert.deepEqual(await consumer.typeErrors({ 'bundler.mts': module }, bundler), []);
    });

    it('with moduleResolution nodenext, as an ES module and by require, but not with a wrong option', async () => {
      const wrong = example.replace('leaseDuration: 15', "leaseDuration: '15s'");
      const files = { 'module.mts': module, 'require.cts': example, 'wrong.mts': wrong };
      const errors = await consumer.typeErrors(files, { module: 'nodenext', moduleResolution: 'nodenext' });
      assert.equal(errors.length, 1, errors.join('\n'));
      assert.match(errors.join(), /^wrong\.mts.*Type 'string' is not assignable to type 'number'/);
    });
  });
});
