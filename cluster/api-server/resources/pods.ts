import type { Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import { isDeepStrictEqual } from 'node:util';
import { admitServiceAccount } from '../admission/service-account.ts';
import { forbiddenValue, required } from '../field-error.ts';
import { podSchema } from '../schema/pod.ts';
import { defineResource } from '../resource.ts';
import { podColumns } from './pod-columns.ts';
import { qosClass } from './pod-qos.ts';
import { setPodSpecDefaults } from './pod-spec-defaults.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

export const pods = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  schema: podSchema,
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'log', 'eviction', 'attach', 'exec', 'portforward', 'proxy'],
  columns: podColumns,
  returnsDeleted: true,
  selectableFields: ({ spec, status }) => ({
    'spec.nodeName': spec?.nodeName,
    'spec.restartPolicy': spec?.restartPolicy,
    'spec.schedulerName': spec?.schedulerName,
    'spec.serviceAccountName': spec?.serviceAccountName,
    'spec.hostNetwork': String(spec?.hostNetwork ?? false),
    'status.phase': status?.phase,
    'status.podIP': status?.podIP,
    'status.nominatedNodeName': status?.nominatedNodeName,
  }),
  setDefaults(pod) {
    const spec = (pod.spec ??= { containers: [] });
    setPodSpecDefaults(spec);
    spec.enableServiceLinks ??= true;
    spec.priority ??= 0;
    spec.preemptionPolicy ??= 'PreemptLowerPriority';
    spec.tolerations ??= ['not-ready', 'unreachable'].map((problem) => ({
      key: `node.kubernetes.io/${problem}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    }));
  },
  prepareForCreate(pod, api) {
    if (pod.spec) pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec) };
    admitServiceAccount(pod, api);
  },
  validate: ({ spec }) => (spec ? validatePodSpec(spec, 'spec') : [required('spec.containers')]),
  validateUpdate: ({ spec }, existing) =>
    isDeepStrictEqual(fixedPart(spec, existing.spec), fixedPart(existing.spec, existing.spec))
      ? []
      : [forbiddenValue('spec', onlyMutable)],
  // To be given a node is no change of what a pod shall be.
  generationOf: ({ spec }) => ({ ...spec, nodeName: '' }),
  gracePeriodSeconds({ spec, status }) {
    const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    return spec?.nodeName && !ended ? (spec.terminationGracePeriodSeconds ?? 30) : 0;
  },
});

const onlyMutable =
  'pod updates may not change fields other than `spec.containers[*].image`,' +
  '`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing ' +
  'tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/**
 * The part of `spec` that may not be changed. The node is open until the scheduler has chosen one; it does that by
 * an ordinary update here, not by a Binding.
 */
function fixedPart(spec: PodSpec | undefined, existing: PodSpec | undefined) {
  const withoutImages = (containers: PodSpec['containers'] = []) =>
    containers.map((container) => ({ ...container, image: '' }));
  return {
    ...spec,
    containers: withoutImages(spec?.containers),
    initContainers: withoutImages(spec?.initContainers),
    activeDeadlineSeconds: null,
    tolerations: null,
    nodeName: existing?.nodeName ? spec?.nodeName : null,
  };
}
