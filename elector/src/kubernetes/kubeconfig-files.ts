import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { textOf } from '../../../base/error-text.ts';
import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import type { KubeContext } from './kube-context.ts';
import { currentContext } from './current-context.ts';

/**
 * The current context of kubeconfig files, merged; files that do not exist are left out.
 * @throws Error that names the files, and what is wrong with them
 */
export function readKubeconfigFiles(files: readonly string[]): KubeContext {
  const existing = files.filter((file) => existsSync(file));
  if (existing.length === 0) throw new Error(`kubeconfig ${files.join(', ')} does not exist`);
  const sources = existing.map((file) => ({ folder: dirname(resolve(file)), config: parseFile(file) }));
  try {
    if (sources.every(({ config }) => Object.keys(config).length === 0)) throw new Error('it is empty');
    return currentContext(sources);
  } catch (cause) {
    throw new Error(`kubeconfig ${existing.join(', ')}: ${textOf(cause)}`, { cause });
  }
}

function parseFile(file: string): JsonObject {
  const fail = (problem: string, cause?: unknown) => new Error(`kubeconfig ${file}: ${problem}`, { cause });
  let config: unknown;
  try {
    // Booleans and repeated keys as sigs.k8s.io/yaml has them, which kubectl reads it with.
    config = parse(readFileSync(file, 'utf8'), { version: '1.1', uniqueKeys: false });
  } catch (error) {
    // A YAML error goes on with an excerpt of the file, in which there may be secrets.
    throw fail(textOf(error).split('\n', 1).join().replace(/:$/, ''), error);
  }
  if (config !== null && !isJsonObject(config)) throw fail('it is no kubeconfig');
  return config ?? {};
}
