import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { createHash } from 'node:crypto';
import { omit } from '../../base/omit.ts';

/** The label that tells the pods of one template from those of another. */
export const podTemplateHashLabel = 'pod-template-hash';

// No vowels and no digits that look like letters, so that no words come about.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A short name for a template, up to ten characters as Kubernetes makes them: the digits of a 32-bit hash in a
 * safe alphabet. `collisions` counts how often the name turned out to be taken by another template.
 */
export function podTemplateHash(template: PodTemplateSpec, collisions: number): string {
  const digest = createHash('sha256').update(canonical(template)).update(String(collisions)).digest();
  return String(digest.readUInt32BE()).replace(/\d/g, (digit) =>
    alphabet.charAt(digit.charCodeAt(0) % alphabet.length),
  );
}

/** The template without that label. */
export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const labels = omit(template.metadata?.labels ?? {}, podTemplateHashLabel);
  return { ...template, metadata: { ...template.metadata, labels } };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
