/**
 * Where a pod finds its service account's files: under $CONTAINER_SANDBOX_MOUNT_POINT where that is set, which is Kubernetes' name for the
 * place where a process without a file system of its own finds its volumes.
 */
export function serviceAccountFolder(env: NodeJS.ProcessEnv): string {
  return `${env['CONTAINER_SANDBOX_MOUNT_POINT'] ?? ''}/var/run/secrets/kubernetes.io/serviceaccount`;
}
