import * as pulumi from '@pulumi/pulumi';
import { projectConfig, projectName } from './project-config.ts';

let runs = 0;

/**
 * Runs `index.ts` in this process on a monitor that stands in for Pulumi's engine, and waits until everything is
 * registered. `set` are config keys that differ from `Pulumi.yaml`.
 * @returns what the program exports. @throws what the program throws before it has registered anything.
 */
export async function runProgram(
  monitor: pulumi.runtime.Mocks,
  set: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  pulumi.runtime.setAllConfig(projectConfig(set));
  await pulumi.runtime.setMocks(monitor, projectName(), 'dev');
  runs += 1;
  // Each run needs a module of its own: a second import of the same URL would register nothing.
  const program = new URL(`../../index.ts?run=${runs}`, import.meta.url);
  const outputs = (await import(program.href)) as Readonly<Record<string, unknown>>;
  await pulumi.runtime.disconnect();
  return outputs;
}
