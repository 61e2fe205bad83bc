// The process in which `index.ts` runs: it hands every resource to the engine that forked it, and waits for the answer.
import * as pulumi from '@pulumi/pulumi';
import { runProgram } from './run-program.ts';
import type { EngineMessage, Outputs, ProgramMessage, ResourceResult } from './messages.ts';

const pending = new Map<number, (result: ResourceResult) => void>();
let requests = 0;

const monitor: pulumi.runtime.Mocks = {
  newResource({ type, name, inputs, id = '' }) {
    requests += 1;
    const number = requests;
    const made = new Promise<ResourceResult>((resolve) => pending.set(number, resolve));
    const object = inputs as Outputs;
    tell({ type: 'make', number, request: { type, name, inputs: object, ...(id !== '' && { id }) } });
    return made;
  },
  call({ token }) {
    throw new Error(`the program calls ${token}, which the embedded cluster does not have`);
  },
};

async function run(kubeconfig: string, config: Readonly<Record<string, string>>): Promise<void> {
  process.env['KUBECONFIG'] = kubeconfig;
  const exported = await runProgram(monitor, config);
  pulumi.output({ ...exported }).apply((outputs) => tell({ type: 'done', outputs }));
}

function fail(error: unknown): void {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}

function tell(message: ProgramMessage): void {
  process.send?.(message);
}

process.on('message', (message: EngineMessage) => {
  if (message.type === 'run') run(message.kubeconfig, message.config).catch(fail);
  else pending.get(message.number)?.(message.result);
});
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);
// The engine decides when this ends, also when a terminal's Ctrl-C reaches both of them.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit());
