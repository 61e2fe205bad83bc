import { MockMonitor } from '@pulumi/pulumi/runtime/mocks.js';

/** What the program tells Pulumi's engine of a resource, as far as it is looked at here. */
interface Registration {
  getType(): string;
  /** The URNs of all that must be created before it. */
  getDependenciesList(): string[];
}

type Register = (this: unknown, request: Registration, callback: unknown) => Promise<void>;

/**
 * The URNs that a resource of this type depends on, as the program registers it in `run`. Mocks do not hear of
 * dependencies, so this listens to the monitor they are called by.
 */
export async function dependenciesOf(type: string, run: () => Promise<unknown>): Promise<readonly string[]> {
  const dependencies: string[] = [];
  const prototype = MockMonitor.prototype as unknown as { registerResource: Register };
  const { registerResource } = prototype;
  prototype.registerResource = function (request, callback) {
    if (request.getType() === type) dependencies.push(...request.getDependenciesList());
    return registerResource.call(this, request, callback);
  };
  try {
    await run();
  } finally {
    prototype.registerResource = registerResource;
  }
  return dependencies;
}
