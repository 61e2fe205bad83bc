import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Runs with a folder of its own, which is removed afterwards. */
export async function withFolder<Result>(run: (folder: string) => Result | Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'stack-test-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs with some variables of this process's environment set otherwise; undefined unsets one. */
export async function withEnv<Result>(
  variables: Readonly<Record<string, string | undefined>>,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  const usual = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  try {
    Object.entries(variables).forEach(setVariable);
    return await run();
  } finally {
    usual.forEach(setVariable);
  }
}

function setVariable([name, value]: readonly [string, string | undefined]): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

/** Writes a kubeconfig with these contexts, each with a cluster and a user of its own name. Returns its path. */
export function writeKubeconfig(folder: string, contexts: readonly string[], file = 'kubeconfig'): string {
  const path = join(folder, file);
  const kubeconfig = {
    contexts: contexts.map((name) => ({ name, context: { cluster: name, user: name } })),
    clusters: contexts.map((name) => ({ name, cluster: { server: 'https://127.0.0.1:1' } })),
    users: contexts.map((name) => ({ name, user: {} })),
  };
  writeFileSync(path, stringify(kubeconfig));
  return path;
}

/**
 * Makes a PATH, in `folder`, of nothing but shell scripts that stand in for programs, by their names. A script has the
 * shell's own commands only.
 */
export function writePath(folder: string, programs: Readonly<Record<string, string>>): string {
  const path = join(folder, 'bin');
  mkdirSync(path);
  for (const [program, script] of Object.entries(programs)) {
    writeFileSync(join(path, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return path;
}
