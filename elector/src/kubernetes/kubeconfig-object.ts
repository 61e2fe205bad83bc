import type { RequestOptions } from 'node:https';
import { textOf } from '../../../base/error-text.ts';
import { isJsonObject, parseJson } from '../../../base/json.ts';
import type { KubeContext } from './kube-context.ts';
import { currentContext } from './current-context.ts';

/** A `KubeConfig` of `@kubernetes/client-node`, 1.x or 2.x, as far as it is needed here. */
export interface KubeConfigObject {
  /** The whole as a kubeconfig, in JSON. */
  exportConfig(): string;
  /** Puts the current user's credentials into a request's options. Asked where the user has an `authProvider`. */
  applyToHTTPSOptions(options: RequestOptions): Promise<void>;
}

/** Whether something has the shape of a `KubeConfig`. */
export function isKubeConfig(value: unknown): value is KubeConfigObject {
  const { exportConfig, applyToHTTPSOptions } = (value ?? {}) as Partial<
    Record<keyof KubeConfigObject, unknown>
  >;
  return typeof exportConfig === 'function' && typeof applyToHTTPSOptions === 'function';
}

/**
 * The current context of a KubeConfig; relative paths in it are the process's.
 * @throws Error that says what is wrong with it
 */
export function readKubeConfig(kubeConfig: KubeConfigObject): KubeContext {
  try {
    const config = parseJson(kubeConfig.exportConfig());
    if (!isJsonObject(config)) throw new Error('its exportConfig() gives no JSON object');
    return currentContext([{ folder: process.cwd(), config }]);
  } catch (cause) {
    throw new Error(`kubeConfig: ${textOf(cause)}`, { cause });
  }
}
