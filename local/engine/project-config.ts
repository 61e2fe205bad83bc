import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { usageError } from '../../base/user-error.ts';
import { projectFolder } from '../../infra/bundle.ts';

/** `Pulumi.yaml`, as far as it is read here. */
interface ProjectFile {
  readonly name: string;
  readonly config: Readonly<Record<string, { readonly default: string | number | boolean }>>;
}

function projectFile(): ProjectFile {
  return parse(readFileSync(join(projectFolder, 'Pulumi.yaml'), 'utf8')) as ProjectFile;
}

/** The project's name, which is also the namespace of its config keys. */
export function projectName(): string {
  return projectFile().name;
}

/**
 * The configuration as Pulumi's engine would hand it to the program: the defaults of `Pulumi.yaml`, with some keys set
 * otherwise. In-process monitors do not apply defaults themselves.
 * @throws UserError that names a key which `Pulumi.yaml` does not declare.
 */
export function projectConfig(set: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { name, config } = projectFile();
  const unknown = Object.keys(set).find((key) => !Object.hasOwn(config, key));
  if (unknown !== undefined) {
    throw usageError(`there is no config key "${unknown}"; the keys are ${Object.keys(config).join(', ')}`);
  }
  const defaults = Object.entries(config).map(([key, declared]) => [key, String(declared.default)] as const);
  const values = { ...Object.fromEntries(defaults), ...set };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}:${key}`, value]));
}
