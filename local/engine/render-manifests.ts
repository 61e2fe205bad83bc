import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { stringify } from 'yaml';
import { usageError } from '../../base/user-error.ts';
import { runProgram } from './run-program.ts';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>>; readonly name: string };
}

// What others refer to comes first.
const order = [
  'Namespace',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'PodDisruptionBudget',
  'NetworkPolicy',
  'Deployment',
  'Service',
  'EndpointSlice',
];

/**
 * The objects that `index.ts` declares, as YAML for `kubectl apply`. `set` are config keys that differ from
 * `Pulumi.yaml`. Needs no cluster, no kubeconfig and no Docker. @throws UserError that names what is wrong with them
 */
export async function renderManifests(set: Readonly<Record<string, string>> = {}): Promise<string> {
  const manifests: Manifest[] = [];
  const monitor: pulumi.runtime.Mocks = {
    newResource({ type, inputs }) {
      if (type.startsWith('kubernetes:')) manifests.push(inputs as Manifest);
      const state = inputs as Manifest & Record<string, unknown>;
      // Nothing is pushed, so the digest is not known; but the tag says as much.
      return { id: type, state: { ...state, repoDigest: state['imageName'] } };
    },
    call: ({ token }) => {
      throw new Error(`the program calls ${token}, which needs Pulumi's engine`);
    },
  };
  // None of these shows in an object, but for where images are pulled from: so nothing asks a cluster for a node's address, or Docker for an image.
  const images = set['images'] === 'registry' ? 'registry' : 'none';
  const config = { ...set, context: 'none', nodeAddress: 'localhost', images };
  await withKubeconfig(config.context, () => runProgram(monitor, config));
  return manifests
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .map((manifest) => stringify(withoutPulumi(manifest), { lineWidth: 0 }))
    .join('---\n');
}

/** The program insists that its context exists: here is a kubeconfig in which it does. */
async function withKubeconfig(context: string, run: () => Promise<unknown>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  const usual = process.env['KUBECONFIG'];
  try {
    process.env['KUBECONFIG'] = join(folder, 'kubeconfig');
    const kubeconfig = {
      contexts: [{ name: context, context: { cluster: context, user: context } }],
      clusters: [{ name: context }],
      users: [{ name: context }],
    };
    writeFileSync(process.env['KUBECONFIG'], stringify(kubeconfig));
    await run();
  } catch (error) {
    throw pulumi.RunError.isInstance(error) ? usageError(error.message, { cause: error }) : error;
  } finally {
    if (usual === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = usual;
    rmSync(folder, { recursive: true });
  }
}

/** The object without the annotations that Pulumi alone reads, and with the fields in the usual order. */
function withoutPulumi({ apiVersion, kind, metadata, ...rest }: Manifest): Manifest {
  const { annotations = {}, ...others } = metadata;
  const kept = Object.entries(annotations).filter(([key]) => !key.startsWith('pulumi.com/'));
  const plain = kept.length > 0 ? { ...others, annotations: Object.fromEntries(kept) } : others;
  return { apiVersion, kind, metadata: plain, ...rest };
}
