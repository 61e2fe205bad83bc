import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parse } from 'yaml';

/** A kubeconfig, as far as this program looks into it. */
interface Kubeconfig {
  readonly file: string;
  readonly contexts: readonly { name: string; cluster: string; user: string }[];
  readonly clusters: readonly string[];
  readonly users: readonly string[];
}

/**
 * Finds the file that defines a context: as kubectl does in the files that `KUBECONFIG` lists, else in
 * `~/.kube/config`. The Kubernetes provider takes a single file, so the context's cluster and user must be in it too.
 */
export function findContext(name: string): { readonly file: string } | { readonly problem: string } {
  const files = kubeconfigFiles();
  const kubeconfigs: Kubeconfig[] = [];
  for (const file of files.filter((path) => existsSync(path))) {
    const kubeconfig = read(file);
    if (kubeconfig === null)
      return { problem: `${file} is not a kubeconfig. Look at it with: kubectl config view` };
    kubeconfigs.push(kubeconfig);
  }
  for (const { file, contexts, clusters, users } of kubeconfigs) {
    const context = contexts.find((candidate) => candidate.name === name);
    if (context === undefined) continue;
    if (clusters.includes(context.cluster) && users.includes(context.user)) return { file };
    return { problem: incomplete(name, file) };
  }
  return { problem: missing(name, files, kubeconfigs) };
}

function kubeconfigFiles(): string[] {
  const listed = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed.map((path) => resolve(path)) : [join(homedir(), '.kube', 'config')];
}

function read(file: string): Kubeconfig | null {
  try {
    const content: unknown = parse(readFileSync(file, 'utf8')) ?? {};
    const contexts = entries(content, 'contexts').map((entry) => {
      const context = field(entry, 'context');
      return {
        name: String(field(entry, 'name')),
        cluster: String(field(context, 'cluster')),
        user: String(field(context, 'user')),
      };
    });
    const names = (key: string) => entries(content, key).map((entry) => String(field(entry, 'name')));
    return { file, contexts, clusters: names('clusters'), users: names('users') };
  } catch {
    return null;
  }
}

function entries(content: unknown, key: string): readonly unknown[] {
  const list = field(content, key) ?? [];
  if (!Array.isArray(list)) throw new TypeError(`${key} is not a list`);
  return list;
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) throw new TypeError(`no object that could have ${key}`);
  return (value as Record<string, unknown>)[key];
}

function incomplete(name: string, file: string): string {
  return (
    `context "${name}" is in ${file}, but its cluster or user is not. Bring them into one file: ` +
    'kubectl config view --flatten > one-kubeconfig && export KUBECONFIG="$PWD/one-kubeconfig"'
  );
}

function missing(name: string, files: readonly string[], kubeconfigs: readonly Kubeconfig[]): string {
  const start = name === 'minikube' ? 'minikube start' : `minikube start --profile ${name}`;
  const place = `the kubeconfig (${files.join(', ')})`;
  if (kubeconfigs.length === 0) return `context is "${name}", but ${place} does not exist. Next: ${start}`;
  const names = [...new Set(kubeconfigs.flatMap(({ contexts }) => contexts.map((context) => context.name)))];
  const known = names.length > 0 ? names.join(', ') : 'none';
  return (
    `context is "${name}", which is not in ${place}; the contexts there: ${known}. ` +
    `Next: ${start}, or choose another: pulumi config set context NAME`
  );
}
