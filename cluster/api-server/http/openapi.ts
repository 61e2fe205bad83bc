import { apiVersionOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { resources } from '../resources.ts';
import type { ObjectSchema, Schema } from '../schema/schema.ts';

type Json = Readonly<Record<string, unknown>>;

const rootOf = ({ group, version }: Resource) =>
  group === '' ? `api/${version}` : `apis/${apiVersionOf({ group, version })}`;

const roots = [...new Set(resources.map(rootOf))];

/**
 * The OpenAPI v3 document at a path below `/openapi/v3`; null for another path. `kubectl` explains and validates
 * objects by these documents. There is none of version 2: kubectl asks for that only where it finds no version 3.
 */
export function openApi(path: string): object | null {
  if (path === '/openapi/v3') return index();
  const root = roots.find((candidate) => path === `/openapi/v3/${candidate}`);
  return root === undefined ? null : document(resources.filter((resource) => rootOf(resource) === root));
}

const index = () => ({
  paths: Object.fromEntries(roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }])),
});

function document(described: readonly Resource[]): Json {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.34.4' },
    paths: Object.assign({}, ...described.map(pathsOf)) as Json,
    components: { schemas: Object.assign({}, ...described.map(componentsOf)) as Json },
  };
}

function pathsOf(resource: Resource): Json {
  const { plural, namespaced } = resource;
  const collection = `/${rootOf(resource)}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}`;
  const operation = (action: string, parameters: readonly Json[]) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kindOf(resource),
    parameters,
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: reference(resource) } } },
    },
  });
  return {
    [collection]: { get: operation('list', []), post: operation('post', writeParameters) },
    [`${collection}/{name}`]: {
      get: operation('get', []),
      put: operation('put', writeParameters),
      patch: operation('patch', writeParameters),
      delete: operation('delete', [queryParameter('dryRun')]),
    },
  };
}

const queryParameter = (name: string) => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
});
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'].map(queryParameter);

const kindOf = ({ group, version, kind }: Resource) => ({ group, version, kind });

const componentName = (resource: Resource, schema: ObjectSchema) =>
  `${resource.group || 'core'}.${resource.version}.${schema.name}`;

const reference = (resource: Resource) => ({
  $ref: `#/components/schemas/${componentName(resource, resource.schema)}`,
});

const componentsOf = (resource: Resource): Json => ({
  [componentName(resource, resource.schema)]: {
    ...openApiSchema(resource.schema),
    'x-kubernetes-group-version-kind': [kindOf(resource)],
  },
});

function openApiSchema(schema: Schema): Json {
  switch (schema.type) {
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(schema.fields).map(([field, type]) => [field, openApiSchema(type)]),
        ),
      };
    case 'map':
      return { type: 'object', additionalProperties: openApiSchema(schema.values) };
    case 'list':
      return {
        type: 'array',
        items: openApiSchema(schema.items),
        ...mergeStrategy(schema.mergeKey, schema.joined),
      };
    case 'int32':
    case 'int64':
      return { type: 'integer', format: schema.type };
    case 'time':
    case 'microTime':
      return { type: 'string', format: 'date-time' };
    case 'intOrString':
      return { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] };
    case 'quantity':
      return { oneOf: [{ type: 'string' }, { type: 'number' }] };
    case 'any':
      return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    default:
      return { type: schema.type };
  }
}

function mergeStrategy(mergeKey: string | undefined, joined = false): Json {
  if (mergeKey !== undefined)
    return { 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': mergeKey };
  return joined ? { 'x-kubernetes-patch-strategy': 'merge' } : {};
}
