import assert from 'node:assert/strict';
import { versioned } from './conditional-store.ts';
import type { Fields, MaybeAsync, Versioned } from './conditional-store.ts';
import type { WriteOutcome, WriteRefusal } from '../../base/testing/object-store.ts';

const refusals: readonly WriteRefusal[] = [
  'AlreadyExists',
  'Conflict',
  'NotFound',
  'Invalid',
  'InternalError',
];

/** What an API server's answer comes to; `done` is what was asked for. */
export function outcomeOf(
  done: 'created' | 'updated' | 'deleted',
  { code, body }: { readonly code: number; readonly body: Fields },
): WriteOutcome<Versioned> {
  if (code === 200 || code === 201) {
    const kind = done === 'deleted' ? done : code === 201 ? 'created' : 'updated';
    return { kind, object: versioned((body['metadata'] ?? {}) as Fields) };
  }
  // An error that is no Status of Kubernetes' own has no reason.
  const refusal = refusals.find((each) => each === body['reason']) ?? 'InternalError';
  assert.ok(refusal !== 'InternalError' || code === 500, `${code} ${JSON.stringify(body)}`);
  return { kind: refusal };
}

async function objectOf(
  outcome: MaybeAsync<WriteOutcome<Versioned>>,
  kind: 'created' | 'updated',
): Promise<Versioned> {
  const written = await outcome;
  assert.ok(written.kind === kind, written.kind);
  return written.object;
}

/** The object that a write made. @throws AssertionError for another outcome */
export const created = (outcome: MaybeAsync<WriteOutcome<Versioned>>) => objectOf(outcome, 'created');

/** The object that a write replaced, as it is now. @throws AssertionError for another outcome */
export const updated = (outcome: MaybeAsync<WriteOutcome<Versioned>>) => objectOf(outcome, 'updated');

/** @throws AssertionError where a write came to something else */
export async function isRefused(
  outcome: MaybeAsync<WriteOutcome<Versioned>>,
  why: WriteRefusal,
): Promise<void> {
  assert.equal((await outcome).kind, why);
}
