import type { PodReport } from '../message.ts';

/** Keeps the pods in the order in which they were first seen, whichever pod tells of them, so that none changes its place. */
export class PodOrder {
  #names: readonly string[] = [];

  sort(pods: readonly PodReport[]): readonly PodReport[] {
    const present = new Map(pods.map((pod) => [pod.name, pod]));
    const kept = this.#names.filter((name) => present.has(name));
    this.#names = [...new Set([...kept, ...present.keys()])];
    return this.#names.flatMap((name) => present.get(name) ?? []);
  }
}
