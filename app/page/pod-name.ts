// The Deployment's name, its ReplicaSet's hash, and five random characters.
const podOfDeployment = /^(.+)-[a-z0-9]{6,10}-([a-z0-9]{5})$/;

/** A pod's name as it is spoken of: what a Deployment's pods do not have in common, else the whole name. */
export function shortName(pod: string): string {
  return podOfDeployment.exec(pod)?.[2] ?? pod;
}

/** The name of a pod's Deployment; null where its name is not like that of a Deployment's pod. */
export function deploymentOf(pod: string): string | null {
  return podOfDeployment.exec(pod)?.[1] ?? null;
}
