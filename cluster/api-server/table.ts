import type { KubernetesObject } from './api.ts';
import type { Column } from './column.ts';
import type { Resource } from './resource.ts';

/** How a table shows the objects that its rows stand for: the `includeObject` parameter. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

const nameColumn: Column<KubernetesObject> = {
  name: 'Name',
  description: 'Name of the object, unique among those of its kind in its namespace.',
  cell: ({ metadata }) => metadata.name,
};

/** Objects as `kubectl get` asks for them: a Table of meta.k8s.io/v1. */
export function toTable(
  resource: Resource,
  objects: readonly KubernetesObject[],
  metadata: Readonly<Record<string, string>>,
  includeObject: IncludeObject,
): Record<string, unknown> {
  const now = Date.now();
  const columns = columnsOf(resource);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(columnDefinition),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      ...rowObject(object, includeObject),
    })),
  };
}

/** NAME comes first, unless a resource puts it elsewhere. */
const columnsOf = ({ columns }: Resource) =>
  columns.some(({ name }) => name === nameColumn.name) ? columns : [nameColumn, ...columns];

const columnDefinition = ({ name, type = 'string', description, wide = false }: Column<never>) => ({
  name,
  type,
  format: name === nameColumn.name ? 'name' : '',
  description,
  priority: wide ? 1 : 0,
});

function rowObject(object: KubernetesObject, include: IncludeObject) {
  if (include === 'None') return {};
  if (include === 'Object') return { object };
  return {
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
  };
}
