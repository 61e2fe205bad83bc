/** What may hold the lock: one kind of object, or both for as long as an election moves from one to the other. */
export const lockKinds = ['endpoints', 'leases', 'endpointsleases'] as const;
export type LockKind = (typeof lockKinds)[number];

/** The kinds of object that hold the lock, as kubectl takes them. */
export function kindsOf(lock: LockKind): string {
  return lock === 'endpointsleases' ? 'endpoints,leases' : lock;
}
