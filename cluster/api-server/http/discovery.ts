import type { Resource } from '../resource.ts';
import { apiVersionOf } from '../resource.ts';
import { resources } from '../resources.ts';
import { subresources } from './subresources.ts';
import { virtualResources } from './virtual-resources.ts';

/** A resource or subresource as `GET /apis/GROUP/VERSION` lists it. */
interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  /** The kind's own group and version, where the path does not say them. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

const objectVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const groupVersions: readonly GroupVersion[] = [...resources, ...virtualResources].filter(
  ({ group }, index, all) => all.findIndex((other) => other.group === group) === index,
);
const namedGroups = groupVersions.filter(({ group }) => group !== '');

/** The answer to a discovery request: `/api`, `/apis` and below; null for another path. */
export function discover(path: string, accept: string): object | null {
  const aggregated = /;g=apidiscovery\.k8s\.io;v=(v2|v2beta1);as=APIGroupDiscoveryList/.exec(accept)?.[1];
  if (path === '/api') return aggregated ? aggregate(['']) : coreVersions;
  if (path === '/apis') return aggregated ? aggregate(namedGroups.map(({ group }) => group)) : groupList();
  const found = groupVersions.find((groupVersion) => path === pathOf(groupVersion));
  if (found) return resourceList(found);
  const group = namedGroups.find((candidate) => path === `/apis/${candidate.group}`);
  return group ? { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) } : null;
}

/** The content type of a discovery answer: clients tell the aggregated form by it. */
export const discoveryContentType = (answer: object): string =>
  'apiVersion' in answer && answer.apiVersion === aggregatedApiVersion
    ? 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
    : 'application/json';

const aggregatedApiVersion = 'apidiscovery.k8s.io/v2';
const coreVersions = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };

const pathOf = (groupVersion: GroupVersion) =>
  `${groupVersion.group === '' ? '/api' : '/apis'}/${apiVersionOf(groupVersion)}`;

function describeGroup({ group, version }: GroupVersion) {
  const preferredVersion = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [preferredVersion], preferredVersion };
}

const groupList = () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: namedGroups.map(describeGroup) });

const resourceList = (groupVersion: GroupVersion) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: apiVersionOf(groupVersion),
  resources: apiResources(groupVersion.group),
});

function apiResources(group: string): ApiResource[] {
  const virtual = virtualResources
    .filter((resource) => resource.group === group)
    .map(({ plural, singular, kind }) => ({
      name: plural,
      singularName: singular,
      namespaced: false,
      kind,
      verbs: ['create'],
    }));
  return [...resources.filter((resource) => resource.group === group).flatMap(withSubresources), ...virtual];
}

function withSubresources(resource: Resource): ApiResource[] {
  const { plural, singular, kind, namespaced, shortNames, categories } = resource;
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs: objectVerbs,
      ...(shortNames && { shortNames }),
      ...(categories && { categories }),
    },
    ...(resource.subresources ?? []).map((subresource) => ({
      name: `${plural}/${subresource}`,
      singularName: '',
      namespaced,
      kind,
      ...subresources[subresource].kind,
      verbs: subresources[subresource].verbs,
    })),
  ];
}

/** Everything in one answer: APIGroupDiscoveryList, which saves clients a request for each group. */
function aggregate(groups: readonly string[]): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: aggregatedApiVersion,
    metadata: {},
    items: groupVersions
      .filter(({ group }) => groups.includes(group))
      .map(({ group, version }) => ({
        metadata: { name: group, creationTimestamp: null },
        versions: [{ version, freshness: 'Current', resources: aggregatedResources({ group, version }) }],
      })),
  };
}

function aggregatedResources({ group, version }: GroupVersion): object[] {
  const all = apiResources(group);
  return all
    .filter(({ name }) => !name.includes('/'))
    .map((resource) => ({
      resource: resource.name,
      responseKind: { group, version, kind: resource.kind },
      scope: resource.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: resource.singularName,
      verbs: resource.verbs,
      ...(resource.shortNames && { shortNames: resource.shortNames }),
      ...(resource.categories && { categories: resource.categories }),
      subresources: all
        .filter(({ name }) => name.startsWith(`${resource.name}/`))
        .map((part) => ({
          subresource: part.name.slice(resource.name.length + 1),
          responseKind: { group: part.group ?? group, version: part.version ?? version, kind: part.kind },
          verbs: part.verbs,
        })),
    }));
}
