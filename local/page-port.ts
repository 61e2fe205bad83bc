import { randomInt } from 'node:crypto';
import { NodePort } from '../cluster/index.ts';
import { UserError } from '../base/user-error.ts';

const nodePorts = { first: 30000, last: 32767 };
const attempts = 100;

/** Whether Kubernetes may give this port to a Service, on every node. */
export function isNodePort(port: number): boolean {
  return port >= nodePorts.first && port <= nodePorts.last;
}

/** A node port that is free on this machine. */
export async function freeNodePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(nodePorts.first, nodePorts.last + 1);
    if (
      await tryListening(port).then(
        () => true,
        () => false,
      )
    )
      return port;
  }
  throw new UserError(
    `no port from ${nodePorts.first} to ${nodePorts.last} seems to be free. Choose one: --port PORT`,
  );
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
