import { apiServerFaults } from './faults/api-server-faults.ts';
import type { FaultyHistory, Injection } from './faults/fault.ts';
import { lockFaults } from './faults/lock-faults.ts';
import { networkFaults } from './faults/network-faults.ts';
import { processFaults } from './faults/process-faults.ts';

const faults = { ...networkFaults, ...apiServerFaults, ...lockFaults, ...processFaults };

export type FaultKind = keyof typeof faults;

/** The kinds of faults, by what they happen to. */
export const faultGroups = [networkFaults, apiServerFaults, lockFaults, processFaults].map(
  (group) => Object.keys(group) as FaultKind[],
);

export const faultKinds = faultGroups.flat();

/** Injects a fault; returns false where it does not apply now. */
export function injectFault(kind: FaultKind, history: FaultyHistory, injection: Injection): boolean {
  return faults[kind](history, injection);
}
