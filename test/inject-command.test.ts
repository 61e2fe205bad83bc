import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const cwd = fileURLToPath(new URL('..', import.meta.url));

const manifest = (kind: string, name: string) => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  template:
    spec:
      containers:
        - name: web`;

/** Runs it with this on standard input. */
async function inject(input: string, ...args: string[]) {
  const child = spawn('npm', ['run', '--silent', 'inject', '--', ...args], { cwd });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr, code: child.exitCode };
}

const kindsIn = (yaml: string) => parseAllDocuments(yaml).map((document) => document.get('kind'));

describe('npm run inject', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inject-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads standard input, prints what kubectl reads, and says on standard error what it did', async () => {
    const { stdout, stderr } = await inject(manifest('Deployment', 'web'), '--ttl', '15', '--namespace=shop');
    assert.deepEqual(kindsIn(stdout), ['ServiceAccount', 'Role', 'RoleBinding', 'Deployment']);
    assert.ok(stdout.includes('--ttl=15s'));
    assert.match(stdout, /image: leader-elector:[0-9a-f]{12}/);
    assert.equal(
      stderr,
      'deployment/web: an elector for the election "web", with the rights of ServiceAccount "web"\n',
    );
  });

  it('reads files, one after the other', async () => {
    const files = [join(folder, 'a.yaml'), join(folder, 'b.yaml')];
    for (const [index, file] of files.entries()) await writeFile(file, manifest('StatefulSet', `db${index}`));
    const { stdout } = await inject(
      '',
      '-f',
      files[0] ?? '',
      `--filename=${files[1] ?? ''}`,
      '--image',
      'me/elector:1',
    );
    const each = ['ServiceAccount', 'Role', 'RoleBinding', 'StatefulSet'];
    assert.deepEqual(kindsIn(stdout), [...each, ...each]);
    assert.equal(stdout.match(/image: me\/elector:1\n\s+imagePullPolicy: IfNotPresent/g)?.length, 2);
  });

  it('prints nothing where a document cannot be read, and names it', async () => {
    const { stdout, stderr } = await inject(`${manifest('Deployment', 'web')}\n---\na: [\n`);
    assert.equal(stdout, '');
    assert.match(stderr, /^document 2 is no YAML that can be read: /);
  });

  it('names a file that is not there', async () => {
    const { stdout, stderr } = await inject('', '-f', join(folder, 'none.yaml'));
    assert.equal(stdout, '');
    assert.match(stderr, /^--filename is ".*none\.yaml", which cannot be read: ENOENT/);
  });
});
