import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { isJsonObject } from '../../base/json.ts';
import { apiVersionOf, resources } from '../../cluster/index.ts';
import type { Schema } from '../../cluster/index.ts';
import type { ApiClient, ApiObject, Json } from '../../cluster/testing/index.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Applies manifests to the namespace `default` as `kubectl apply -f -` does: creates what is not there, and sends a strategic merge patch for
 * the rest, which also takes away what the last manifests said and these no longer do. Returns the objects, in the manifests' order.
 */
export async function kubectlApply(client: ApiClient, yaml: string): Promise<ApiObject[]> {
  const objects: ApiObject[] = [];
  for (const document of parseAllDocuments(yaml))
    objects.push(await applyOne(client, document.toJS() as Json));
  return objects;
}

async function applyOne(client: ApiClient, manifest: Json): Promise<ApiObject> {
  const { collection, name, schema } = whereabouts(manifest);
  const found = await client.get(`${collection}/${name}`);
  const wanted = remembering(manifest);
  if (found.code === 404) return client.created(collection, wanted);
  const patch = threeWayPatch(schema, lastAppliedOf(found.body as ApiObject), wanted);
  const patched = await client.patch(`${collection}/${name}`, 'strategic-merge', patch);
  assert.equal(patched.code, 200, patched.text);
  return patched.body as ApiObject;
}

function whereabouts({ apiVersion, kind, metadata }: Json) {
  const resource = resources.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
  assert.ok(resource, `there is no ${String(kind)} in ${String(apiVersion)}`);
  const { name, namespace = 'default' } = metadata as { name: string; namespace?: string };
  const root = resource.group === '' ? '/api' : '/apis';
  const scope = resource.namespaced ? `/namespaces/${namespace}` : '';
  const collection = `${root}/${apiVersionOf(resource)}${scope}/${resource.plural}`;
  return { collection, name, schema: resource.schema };
}

/** With itself in an annotation, for the next time. */
function remembering(manifest: Json): Json {
  const metadata = manifest['metadata'] as Json;
  const annotations = {
    ...(metadata['annotations'] as Json | undefined),
    [lastApplied]: JSON.stringify(manifest),
  };
  return { ...manifest, metadata: { ...metadata, annotations } };
}

function lastAppliedOf({ metadata }: ApiObject): unknown {
  const annotations = metadata['annotations'] as Readonly<Record<string, string>> | undefined;
  return JSON.parse(annotations?.[lastApplied] ?? '{}');
}

/** What is wanted, and the removal of what was applied `before` and is wanted no more. */
function threeWayPatch(schema: Schema | undefined, before: unknown, wanted: unknown): unknown {
  if (isJsonObject(wanted)) {
    const former = isJsonObject(before) ? before : {};
    const gone = Object.keys(former).filter((key) => !Object.hasOwn(wanted, key));
    return Object.fromEntries([
      ...gone.map((key) => [key, null]),
      ...Object.entries(wanted).map(([key, value]) => [
        key,
        threeWayPatch(fieldOf(schema, key), former[key], value),
      ]),
    ]);
  }
  if (!Array.isArray(wanted) || schema?.type !== 'list' || schema.mergeKey === undefined) return wanted;
  const { mergeKey, items } = schema;
  const keyed = (list: unknown) => new Map((list as Json[]).map((item) => [item[mergeKey], item]));
  const [former, present] = [keyed(before ?? []), keyed(wanted)];
  return [
    ...[...present].map(([key, item]) => threeWayPatch(items, former.get(key), item)),
    ...[...former.keys()]
      .filter((key) => !present.has(key))
      .map((key) => ({ [mergeKey]: key, $patch: 'delete' })),
  ];
}

function fieldOf(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema?.type === 'object') return schema.fields[key];
  return schema?.type === 'map' ? schema.values : undefined;
}
