import { attachElector, type SidecarArgs } from '../election/sidecar.ts';
import { editYaml, hasAliases } from './edit-yaml.ts';
import { parseManifests, streamOf, type Manifest } from './manifests.ts';
import { addRights } from './add-rights.ts';
import { rightsObjects } from './rights.ts';
import { readWorkload, withTemplate, type Workload } from './workload.ts';

/** What the injected electors are told. */
export interface InjectArgs extends Omit<
  SidecarArgs,
  'serviceAccountName' | 'election' | 'podSelector' | 'leaderService'
> {
  readonly image: string;
  /** null: named after the workload. */
  readonly election: string | null;
  /** The namespace of a workload that does not name one itself; null: `default`. */
  readonly namespace: string | null;
}

/** What came of a stream of manifests. */
export interface Injected {
  readonly yaml: string;
  /** What was done, and what was not and why: a line each. */
  readonly notes: readonly string[];
}

/**
 * Puts an elector beside each Deployment, StatefulSet and DaemonSet of a YAML stream, and the rights that it needs before it. All else stays
 * as it is written, and so does what has its elector already: done twice it is the same as done once, byte for byte.
 * @throws UserError where the stream cannot be read
 */
export function inject(yaml: string, args: InjectArgs): Injected {
  const notes: string[] = [];
  let manifests: readonly Manifest[] = parseManifests(yaml);
  for (const manifest of manifests) {
    const workload = readWorkload(manifest.value);
    if (workload === undefined) continue;
    const result = 'problem' in workload ? workload : injectInto(manifests, manifest, workload, args);
    if ('manifests' in result) manifests = result.manifests;
    notes.push(
      `${workload.title}: ${'problem' in result ? `left as it is: ${result.problem}` : result.note}`,
    );
  }
  return { yaml: streamOf(manifests), notes };
}

type Result =
  { readonly manifests: readonly Manifest[]; readonly note: string } | { readonly problem: string };

function injectInto(
  manifests: readonly Manifest[],
  manifest: Manifest,
  workload: Workload,
  args: InjectArgs,
): Result {
  const election = args.election ?? workload.name;
  const account = serviceAccountOf(workload);
  const attached = attachElector(workload.template, {
    ...args,
    ...account,
    election,
    podSelector: workload.matchLabels,
    leaderService: null,
  });
  if ('obstacles' in attached) return { problem: attached.obstacles.join('; ') };
  if (hasAliases(manifest.text))
    return { problem: 'it is written with YAML aliases, so that the elector would be in other places too' };

  const namespace = workload.namespace ?? args.namespace ?? 'default';
  const namesNamespace = workload.namespace !== null;
  const rights = rightsObjects({
    ...args,
    ...account,
    name: workload.name,
    election,
    successor: workload.matchLabels !== null,
    namespace,
    namesNamespace,
  });
  const added = addRights(manifests, manifest, rights);
  if ('problem' in added) return added;

  const value = withTemplate(manifest.value, attached.template);
  const text = editYaml(manifest.text, manifest.value, value);
  return {
    manifests: added.manifests.map((one) => (one.value === manifest.value ? { ...one, text, value } : one)),
    note: [
      `an elector for the election "${election}", with the rights of ServiceAccount "${account.serviceAccountName}"`,
      ...(namesNamespace || args.namespace !== null
        ? []
        : ['it names no namespace, so these are for "default"; for another: --namespace NAME']),
    ].join('; '),
  };
}

/** Its own ServiceAccount; or, instead of the one that all pods of a namespace share, a new one. */
function serviceAccountOf({ name, template: { spec } }: Workload) {
  const own = spec.serviceAccountName ?? spec.serviceAccount;
  const isOwn = typeof own === 'string' && own !== '' && own !== 'default';
  return { serviceAccountName: isOwn ? own : name, makesServiceAccount: !isOwn };
}
