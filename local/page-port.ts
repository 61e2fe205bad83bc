import { createHash } from 'node:crypto';
import { NodePort } from '../cluster/index.ts';
import { UserError } from '../base/user-error.ts';

/** The ports that Kubernetes may give to a Service, on every node. */
const nodePorts = { first: 30000, count: 2768 };
const attempts = 100;

/** Whether Kubernetes may give this port to a Service, on every node. */
export function isNodePort(port: number): boolean {
  return port >= nodePorts.first && port < nodePorts.first + nodePorts.count;
}

/**
 * A node port that is free on this machine: for one folder always the same, or else the next one that is free. So a browser finds the page
 * again after a restart, and instances with folders of their own do not ask for the same port.
 */
export async function pagePortFor(folder: string): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = nodePorts.first + ((numberOf(folder) + attempt) % nodePorts.count);
    const isFree = await tryListening(port).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  throw new UserError(`none of ${attempts} ports that were tried is free. Choose one: --port PORT`);
}

/** A number that follows from the text, each as likely as any other. */
function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}

/** @throws UserError where the port of 127.0.0.1 cannot be listened on */
export async function requireFree(port: number): Promise<void> {
  try {
    await tryListening(port);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${why}. Choose another: --port PORT`, { cause: error });
  }
}

async function tryListening(port: number): Promise<void> {
  const probe = await NodePort.open(port, () => undefined);
  probe.close();
}
