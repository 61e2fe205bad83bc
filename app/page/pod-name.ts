/** A pod's name as it is spoken of: what a Deployment's pods do not have in common, else the whole name. */
export function shortName(pod: string): string {
  // The last five characters are random, and the name before them is the ReplicaSet's.
  return /^.+-[a-z0-9]{6,10}-([a-z0-9]{5})$/.exec(pod)?.[1] ?? pod;
}
