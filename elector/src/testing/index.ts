/**
 * For the tests of programs that use the library, and for their development outside a cluster: a test decides who leads, and when a lease
 * runs out.
 * @module k8s-leader-elector/testing
 */
export { DevelopmentLock } from './development-lock.ts';
export { FakeClock } from '../../../base/testing/fake-clock.ts';
export { MemoryLock } from './memory-lock.ts';

export type { DevelopmentLockOptions } from './development-lock.ts';
export type { OtherHolder } from './memory-lock.ts';
