import { parseDocument, stringify } from 'yaml';
import { UserError } from '../../base/user-error.ts';

/** One of the documents of a YAML stream. */
export interface Manifest {
  /** The line before it: `---`, with what ends it; empty before the first. */
  readonly separator: string;
  /** As it is written. */
  readonly text: string;
  /** What that says to kubectl; null for a document of comments alone. */
  readonly value: unknown;
}

// As kubectl reads and therefore as it must be written: 0644 is octal, and "yes" a boolean.
const version = '1.1';

/**
 * The documents of a YAML stream.
 * @throws UserError that names the document and the line that cannot be read
 */
export function parseManifests(stream: string): Manifest[] {
  // No document can have such a line inside. What follows on it is the next document's.
  const [first = '', ...others] = stream.split(/^(---(?:[ \t]*\r?\n|(?=[ \t])|$))/m);
  const manifests = [manifest('', first)];
  for (let at = 0; at < others.length; at += 2)
    manifests.push(manifest(others[at] ?? '', others[at + 1] ?? '', manifests.length));
  return manifests;
}

function manifest(separator: string, text: string, before = 0): Manifest {
  const document = parseDocument(text, { version, merge: true });
  const [error] = document.errors;
  if (error === undefined) return { separator, text, value: document.toJS() as unknown };
  const [why = ''] = error.message.split(/:?\n/, 1);
  throw new UserError(`document ${before + 1} is no YAML that can be read: ${why}`);
}

/** The stream of these documents, each as it is written. */
export function streamOf(manifests: readonly Manifest[]): string {
  return manifests.map(({ separator, text }) => separator + text).join('');
}

/** An object as YAML for kubectl. */
export function yamlOf(object: unknown): string {
  return stringify(object, { version, lineWidth: 0, aliasDuplicateObjects: false });
}
