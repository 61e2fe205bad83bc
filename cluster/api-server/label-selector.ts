import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { badRequest } from './status.ts';

export type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/**
 * Reads a `labelSelector` parameter: `a=b,c!=d,e in (f,g),h notin (i),j,!k`, also with `==`, `>` and `<`.
 * @throws ApiStatusError 400 where it cannot be read.
 */
export function parseLabelSelector(text: string): (labels: Labels) => boolean {
  const requirements = splitTopLevel(text).map((part) => parseRequirement(part, text));
  return (labels) => requirements.every((requirement) => requirement(labels));
}

/** The meaning of a LabelSelector in an object's spec. An empty one selects everything. */
export function matchesLabelSelector(selector: LabelSelector, labels: Labels): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      if (operator === 'In') return value !== undefined && values.includes(value);
      return value === undefined || !values.includes(value);
    })
  );
}

/** A LabelSelector as people read it: `app=web,tier in (a,b)`; `<none>` where it is empty. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${[...values].sort().join(',')})`;
  });
  return [...equal, ...expressions].sort().join(',') || '<none>';
}

const splitTopLevel = (text: string) =>
  text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part, _, parts) => part !== '' || parts.length > 1);

const keyPattern = '([A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)';
const setForm = new RegExp(`^${keyPattern}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const comparison = new RegExp(`^${keyPattern}\\s*(==|=|!=|>|<)\\s*([-A-Za-z0-9_.]*)$`);
const presence = new RegExp(`^(!?)\\s*${keyPattern}$`);

function parseRequirement(part: string, whole: string): Requirement {
  const set = setForm.exec(part);
  if (set)
    return setRequirement(
      set[1] ?? '',
      set[2] === 'in',
      (set[3] ?? '').split(',').map((v) => v.trim()),
    );
  const compared = comparison.exec(part);
  if (compared) return comparisonRequirement(compared[1] ?? '', compared[2] ?? '', compared[3] ?? '');
  const present = presence.exec(part);
  if (present) return (labels) => Object.hasOwn(labels, present[2] ?? '') === (present[1] === '');
  throw badRequest(
    `unable to parse requirement: ${JSON.stringify(part)} in label selector ${JSON.stringify(whole)} is not understood`,
  );
}

const setRequirement =
  (key: string, included: boolean, values: readonly string[]): Requirement =>
  (labels) =>
    values.includes(labels[key] ?? '') && Object.hasOwn(labels, key) ? included : !included;

function comparisonRequirement(key: string, operator: string, value: string): Requirement {
  if (operator === '!=') return (labels) => labels[key] !== value;
  if (operator === '>') return (labels) => Number(labels[key]) > Number(value);
  if (operator === '<') return (labels) => Number(labels[key]) < Number(value);
  return (labels) => labels[key] === value;
}
