import { Child } from '../base/testing/child.ts';
import { projectFolder } from '../infra/bundle.ts';

// What the npm that runs the tests tells its scripts is not meant for these. And who is killed writes no coverage.
const env = { ...process.env, npm_lifecycle_event: undefined, NODE_V8_COVERAGE: undefined };

/** Runs a script of package.json as npm does, without npm: Node with these arguments, and variables that differ. */
export function startNode(args: readonly string[], differing: NodeJS.ProcessEnv = {}): Child {
  return new Child(process.execPath, args, { ...env, ...differing }, projectFolder);
}

/** Runs one that is TypeScript: a file of the project with its arguments. */
export function startScript(args: readonly string[], differing: NodeJS.ProcessEnv = {}): Child {
  return startNode(['--import', 'tsx', ...args], differing);
}

/** Runs `npm` itself. */
export function startNpm(args: readonly string[]): Child {
  return new Child('npm', args, env, projectFolder);
}
