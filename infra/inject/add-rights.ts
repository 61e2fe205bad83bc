import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../../base/json.ts';
import { editYaml } from './edit-yaml.ts';
import { yamlOf, type Manifest } from './manifests.ts';
import { ownLabels, type RightsObject } from './rights.ts';

/** The stream with these objects in it: right before the workload, or where they are already. */
export function addRights(
  manifests: readonly Manifest[],
  workload: Manifest,
  objects: readonly RightsObject[],
): { readonly manifests: readonly Manifest[] } | { readonly problem: string } {
  const present = new Map(
    objects.map((object) => [object, manifests.find((one) => isSame(one.value, object))]),
  );
  for (const [{ kind, metadata }, there] of present)
    if (there !== undefined && kind !== 'ServiceAccount' && !isOwn(there.value))
      return { problem: `there is a ${kind} "${metadata.name}" already, which it would need` };

  const missing = objects.filter((object) => present.get(object) === undefined);
  const changed = new Map(objects.flatMap((object) => replacement(present.get(object), object)));
  return {
    manifests: manifests.flatMap((manifest) =>
      manifest === workload ? before(manifest, missing) : [changed.get(manifest) ?? manifest],
    ),
  };
}

function isSame(value: unknown, { kind, metadata }: RightsObject): boolean {
  if (!isJsonObject(value) || value['kind'] !== kind || !isJsonObject(value['metadata'])) return false;
  const { name, namespace } = value['metadata'];
  return name === metadata.name && namespace === metadata.namespace;
}

function isOwn(value: unknown): boolean {
  if (!isJsonObject(value) || !isJsonObject(value['metadata'])) return false;
  return isDeepStrictEqual(value['metadata']['labels'], ownLabels);
}

/** A ServiceAccount that is there already is as good, whatever else it says. */
function replacement(there: Manifest | undefined, object: RightsObject): (readonly [Manifest, Manifest])[] {
  if (there === undefined || object.kind === 'ServiceAccount') return [];
  const text = editYaml(there.text, there.value, object);
  return isDeepStrictEqual(there.value, object) ? [] : [[there, { ...there, text, value: object }]];
}

/** The first takes the place after the workload's separator, which may be none at all. */
function before(workload: Manifest, objects: readonly RightsObject[]): Manifest[] {
  const made = objects.map((object) => ({ text: yamlOf(object), value: object }));
  return [...made, workload].map((manifest, index) => ({
    ...manifest,
    separator: index === 0 ? workload.separator : '---\n',
  }));
}
