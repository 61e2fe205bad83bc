import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('..', import.meta.url));

describe('npm run manifests', () => {
  it('prints what kubectl reads, when npm is silent', async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'manifests', '--', '--set', 'replicas=1'], {
      cwd,
    });
    const kinds = parseAllDocuments(stdout).map((document) => document.get('kind'));
    assert.deepEqual(kinds, [
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'Role',
      'RoleBinding',
      'PodDisruptionBudget',
      'Deployment',
      'Service',
    ]);
  });

  it('prints its options when asked for help', async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'manifests', '--', '--help'], { cwd });
    assert.match(stdout, /^ {2}--set KEY=VALUE .*\n {2}--help /m);
    assert.doesNotMatch(stdout, /apiVersion/);
  });

  it('refuses to print behind the lines that npm writes otherwise, and says what to type', async () => {
    const env = { ...process.env, npm_config_loglevel: 'notice' };
    await assert.rejects(
      run('npm', ['run', 'manifests'], { cwd, env }),
      (error: { stdout: string; stderr: string }) => {
        assert.match(error.stderr, /Next: npm run --silent manifests \| kubectl apply -f -/);
        assert.doesNotMatch(error.stdout, /apiVersion/);
        return true;
      },
    );
  });
});
