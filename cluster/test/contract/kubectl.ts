import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'mocha';
import type { ClusterUnderTest } from './cluster.ts';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The kubectl that is installed, used in the cases' cluster and namespace. */
export interface KubectlCommands {
  readonly run: (...given: readonly string[]) => Promise<Outcome>;
  /** Resolves with what it printed; fails unless it succeeds. */
  readonly succeeds: (...given: readonly string[]) => Promise<string>;
  /** Writes a file for it to read, and resolves with its path. */
  readonly file: (name: string, text: string) => Promise<string>;
}

/** Skips the cases of a `describe` where there is no kubectl. */
export function useKubectl(cluster: ClusterUnderTest): KubectlCommands {
  let folder = '';

  before(async function requireKubectl() {
    if (!isInstalled()) {
      console.log('      kubectl is not on the PATH: install it to run these cases');
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'contract-kubectl-'));
  });

  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true });
  });

  const run = (...given: readonly string[]): Promise<Outcome> => {
    const cache = ['--cache-dir', join(folder, 'cache')];
    const to = ['--kubeconfig', cluster.kubeconfigPath, '--namespace', cluster.namespace];
    return new Promise((resolve) => {
      execFile('kubectl', [...to, ...cache, ...given], (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
        resolve({ code, stdout, stderr });
      });
    });
  };

  return {
    run,
    async succeeds(...given) {
      const { code, stdout, stderr } = await run(...given);
      assert.equal(code, 0, stderr);
      return stdout;
    },
    async file(name, text) {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
  };
}

function isInstalled(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
