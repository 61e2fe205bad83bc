import { isDeepStrictEqual } from 'node:util';

/** One step of a JSON patch (RFC 6902). */
export interface JsonPatchStep {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** Applies the steps of a JSON patch to a copy of `document`. @throws Error where a step does not fit. */
export function applyJsonPatch(document: unknown, steps: readonly JsonPatchStep[]): unknown {
  return steps.reduce(applyStep, structuredClone(document));
}

function applyStep(document: unknown, { op, path, from = '', value }: JsonPatchStep): unknown {
  const at = pointer(path);
  if (op === 'add') return added(document, at, value);
  if (op === 'remove') return removed(document, at);
  if (op === 'replace') return at.length === 0 ? value : added(removed(document, at), at, value);
  if (op === 'copy') return added(document, at, structuredClone(found(document, pointer(from))));
  if (op === 'move') return added(removed(document, pointer(from)), at, found(document, pointer(from)));
  if (op !== 'test') throw new Error(`unknown operation ${JSON.stringify(op)}`);
  if (!isDeepStrictEqual(found(document, at), value)) throw new Error(`testing value ${path} failed`);
  return document;
}

function pointer(path: string): string[] {
  if (path !== '' && !path.startsWith('/'))
    throw new Error(`path ${JSON.stringify(path)} must begin with "/"`);
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function found(document: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return document;
  const container = containerOf(document, key);
  if (!Object.hasOwn(container, key)) throw new Error(`missing ${JSON.stringify(key)}`);
  return found(Reflect.get(container, key), rest);
}

function added(document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const container = containerOf(document, key);
  if (rest.length > 0) {
    const child = added(found(document, [key]), rest, value);
    return withEntry(container, key, child);
  }
  if (!Array.isArray(container)) return withEntry(container, key, value);
  const index = key === '-' ? container.length : Number(key);
  if (!(Number.isInteger(index) && index >= 0 && index <= container.length))
    throw new Error(`index ${JSON.stringify(key)} is out of range`);
  return container.toSpliced(index, 0, value);
}

function removed(document: unknown, [key = '', ...rest]: readonly string[]): unknown {
  const child = found(document, [key]);
  const container = containerOf(document, key);
  if (rest.length > 0) return withEntry(container, key, removed(child, rest));
  if (Array.isArray(container)) return container.toSpliced(Number(key), 1);
  return Object.fromEntries(Object.entries(container).filter(([name]) => name !== key));
}

function containerOf(document: unknown, key: string): object {
  if (typeof document === 'object' && document !== null) return document;
  throw new Error(`there is nothing that could hold ${JSON.stringify(key)}`);
}

function withEntry(container: object, key: string, value: unknown): unknown {
  return Array.isArray(container) ? container.with(Number(key), value) : { ...container, [key]: value };
}
