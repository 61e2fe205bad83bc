import type { Container, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector, ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { formatLabelSelector, matchesLabelSelector } from '../label-selector.ts';
import { validateLabels } from '../names.ts';
import type { Column } from '../column.ts';
import { setPodSpecDefaults } from './pod-spec-defaults.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

/** What Deployments and ReplicaSets share: which pods are theirs, and how they make one. */
export interface PodTemplateOwner {
  metadata?: ObjectMeta;
  spec?: { replicas?: number; minReadySeconds?: number; selector: LabelSelector; template?: PodTemplateSpec };
}

/** Fills in what the owner of a pod template may leave out. Changes `owner`. */
export function setTemplateDefaults(owner: PodTemplateOwner): void {
  if (!owner.spec) return;
  owner.spec.replicas ??= 1;
  const template = (owner.spec.template ??= {});
  template.metadata ??= {};
  template.spec ??= { containers: [] };
  setPodSpecDefaults(template.spec);
}

/** What is wrong with the parts that owners of a pod template share. */
export function validateTemplateOwner({ spec }: PodTemplateOwner): FieldError[] {
  const { replicas = 1, minReadySeconds = 0, selector, template } = spec ?? {};
  return [
    ...notNegative('spec.replicas', replicas),
    ...notNegative('spec.minReadySeconds', minReadySeconds),
    ...validateSelector(selector, template),
    ...validateLabels('spec.template.labels', template?.metadata?.labels),
    ...validateTemplateSpec(template),
  ];
}

function validateTemplateSpec(template: PodTemplateSpec | undefined): FieldError[] {
  const spec = template?.spec;
  if (!spec) return [required('spec.template.spec.containers')];
  const errors = validatePodSpec(spec, 'spec.template.spec');
  if (spec.restartPolicy !== 'Always')
    errors.push(notSupported('spec.template.spec.restartPolicy', spec.restartPolicy ?? '', ['Always']));
  return errors;
}

const notNegative = (field: string, value: number) =>
  value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];

function validateSelector(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
): FieldError[] {
  const labels = template?.metadata?.labels ?? {};
  if (!selector) return [required('spec.selector'), mismatch(labels)];
  if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0) === 0)
    return [invalidValue('spec.selector', selector, 'empty selector is invalid for deployment')];
  return matchesLabelSelector(selector, labels) ? [] : [mismatch(labels)];
}

const mismatch = (labels: Readonly<Record<string, string>>) =>
  invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');

/** The columns CONTAINERS, IMAGES and SELECTOR, which `-o wide` shows. */
export const templateColumns: readonly Column<PodTemplateOwner>[] = [
  {
    name: 'Containers',
    wide: true,
    description: 'Names of its containers.',
    cell: eachContainer(({ name }) => name),
  },
  {
    name: 'Images',
    wide: true,
    description: 'Their images.',
    cell: eachContainer(({ image }) => image ?? ''),
  },
  {
    name: 'Selector',
    wide: true,
    description: 'Which pods are its own.',
    cell: ({ spec }) => formatLabelSelector(spec?.selector),
  },
];

function eachContainer(show: (container: Container) => string) {
  return ({ spec }: PodTemplateOwner) => (spec?.template?.spec?.containers ?? []).map(show).join(',');
}
