import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Container, Pod, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../client/resource-client.ts';
import { PodFiles } from '../../kubelet/pod-files.ts';
import { PodNetwork } from '../../kubelet/pod-network.ts';

const volumes = [{ name: 'v', emptyDir: {} }];

/** A pod as the API would never let it in. */
const podOf = (uid: string, spec: object = {}): Stored<Pod> => ({
  metadata: { name: 'web', namespace: 'default', uid, resourceVersion: '1' },
  spec: { containers: [], volumes, ...spec },
});

describe("A pod's files", () => {
  let folder: string;
  let podsFolder: string;
  let outside: string;
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'pod-files-')));
    podsFolder = path.join(folder, 'pods');
    outside = path.join(folder, 'outside');
    for (const made of [podsFolder, outside]) fs.mkdirSync(made);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const filesOf = (pod = podOf('uid')) => new PodFiles(podsFolder, pod);
  const volume = (...names: string[]) => path.join(podsFolder, 'uid', 'volumes', 'v', ...names);
  const root = (...names: string[]) => path.join(podsFolder, 'uid', 'containers', 'app', ...names);
  const mounting = (...mounts: Partial<VolumeMount>[]): Container => ({
    name: 'app',
    volumeMounts: mounts.map((mount) => ({ name: 'v', mountPath: '/v', ...mount })),
  });

  /** Asserts that it is refused by name, and that nothing but the pod's own folder has been touched. */
  function refuses(name: string, act: () => unknown): void {
    const before = fs.readdirSync(folder, { recursive: true }).filter((file) => !inPod(file));
    const doesNotLieBelow = (error: Error) =>
      error.message.startsWith(`${JSON.stringify(name)} does not lie`);
    assert.throws(act, doesNotLieBelow);
    assert.deepEqual(
      fs.readdirSync(folder, { recursive: true }).filter((file) => !inPod(file)),
      before,
    );
  }
  const inPod = (file: string | Buffer) => String(file).startsWith(path.join('pods', 'uid'));

  for (const name of ['../../../../x', 'a/../../x', '..', '.', '', '/tmp/embedded-x']) {
    it(`are not written outside of their volume, where a key or path is “${name}”`, () => {
      refuses(name, () => filesOf().write({ name: 'v' }, { [name]: 'text' }));
      assert.ok(!fs.existsSync('/tmp/embedded-x'));
    });

    it(`do not leave the pods' folder for a pod, volume or container of the name “${name}”`, () => {
      refuses(name, () => filesOf(podOf(name)));
      refuses(name, () => filesOf(podOf('uid', { volumes: [{ name, emptyDir: {} }] })));
      refuses(name, () => filesOf().containerRoot({ name }));
    });
  }

  for (const subPath of ['../../../../x', 'a/../../x', '..', '/tmp/embedded-x'])
    it(`are not mounted from outside of their volume, where a subPath is “${subPath}”`, () =>
      refuses(subPath, () => filesOf().containerRoot(mounting({ subPath }))));

  it('are mounted below the root of their container, as in a real one, however far a mountPath steps back', () => {
    filesOf().write({ name: 'v' }, { 'a/b': 'text' });
    filesOf().containerRoot(mounting({ mountPath: '/a/../../../../b' }, { mountPath: '../../../c' }));
    for (const mount of ['b', 'c']) assert.equal(fs.readFileSync(root(mount, 'a', 'b'), 'utf8'), 'text');
  });

  it('are mounted within one another, and again when the container starts anew', () => {
    const container = mounting({ mountPath: '/a' }, { name: 'w', mountPath: '/a/b' });
    const pod = podOf('uid', {
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', emptyDir: {} },
      ],
    });
    const files = filesOf(pod);
    files.write({ name: 'w' }, { c: 'text' });
    for (const start of ['first', 'second']) {
      files.containerRoot(container);
      assert.equal(fs.readFileSync(root('a', 'b', 'c'), 'utf8'), 'text', start);
    }
  });

  it('have a folder for a subPath that is not there yet', () => {
    filesOf().containerRoot(mounting({ subPath: 'a/b' }));
    fs.writeFileSync(root('v', 'file'), '');
    assert.deepEqual(fs.readdirSync(volume('a', 'b')), ['file']);
  });

  it('are not written through a link that a container has put in the place of their volume', () => {
    const files = filesOf();
    fs.rmdirSync(volume());
    fs.symlinkSync(outside, volume());
    refuses('v', () => files.write({ name: 'v' }, { token: 'text' }));
    refuses('v', () => files.containerRoot(mounting({})));
  });

  it('are not written through a link that a container has put in the place of a folder of them', () => {
    const files = filesOf();
    fs.symlinkSync(outside, volume('a'));
    refuses('a/token', () => files.write({ name: 'v' }, { 'a/token': 'text' }));
    refuses('a', () => files.containerRoot(mounting({ subPath: 'a' })));
  });

  it('are not written through a link that a container has made under the name of a file that is being written', () => {
    const files = filesOf();
    for (const name of ['..new', 'token.new']) fs.symlinkSync(path.join(outside, name), volume(name));
    files.write({ name: 'v' }, { token: 'text' });
    assert.deepEqual(fs.readdirSync(outside), []);
    assert.equal(fs.readFileSync(volume('token'), 'utf8'), 'text');
  });

  it('are not mounted through a link that a container has put into its view of files', () => {
    const files = filesOf();
    files.containerRoot({ name: 'app' });
    fs.symlinkSync(outside, root('var'));
    refuses('var', () => files.containerRoot(mounting({ mountPath: '/var/v' })));
  });

  it("are not written or removed through a link in the place of the pod's own folder", () => {
    const files = filesOf();
    fs.rmSync(path.join(podsFolder, 'uid'), { recursive: true });
    fs.writeFileSync(path.join(outside, 'kept'), '');
    fs.symlinkSync(outside, path.join(podsFolder, 'uid'));
    refuses('uid', () => files.write({ name: 'v' }, { token: 'text' }));
    files.remove();
    assert.deepEqual(fs.readdirSync(outside), ['kept']);
  });

  it('all keep their content, when the name of one is that of another and “.new”', () => {
    const files = filesOf();
    for (const content of ['first', 'second']) {
      const both = { a: content, 'a.new': content };
      files.write({ name: 'v' }, both);
      assert.deepEqual(
        Object.fromEntries(Object.keys(both).map((name) => [name, fs.readFileSync(volume(name), 'utf8')])),
        both,
      );
    }
    assert.deepEqual(fs.readdirSync(volume()).sort(), ['a', 'a.new']);
  });
});

describe("The pods' network", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'network-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('has no address that lies outside of its folder', () => {
    const own = path.join(folder, 'network');
    fs.mkdirSync(own);
    fs.mkdirSync(path.join(folder, 'other'));
    fs.symlinkSync('1:80', path.join(folder, 'other', '80'));
    const network = new PodNetwork(own);
    fs.symlinkSync(path.join(folder, 'other'), path.join(own, '10.244.0.9'));
    for (const address of ['../other', '10.244.0.9', '..', '']) {
      assert.equal(network.resolve(address, 80), undefined);
      assert.throws(() => network.expose(address, 81), /does not lie below/);
      network.withdraw(address, 1);
    }
    assert.deepEqual(fs.readdirSync(path.join(folder, 'other')), ['80']);
  });
});
