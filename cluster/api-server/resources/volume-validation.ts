import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  Volume,
  VolumeMount,
  VolumeProjection,
} from 'kubernetes-types/core/v1.js';
import { invalidValue, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';

/** What is wrong with the paths that a volume, whose path is `field`, gives its files. */
export function validateVolumePaths(
  { hostPath, configMap, secret, downwardAPI, projected }: Volume,
  field: string,
): FieldError[] {
  return [
    ...noBacksteps(`${field}.hostPath.path`, hostPath?.path ?? ''),
    ...validateItems(configMap?.items, `${field}.configMap.items`),
    ...validateItems(secret?.items, `${field}.secret.items`),
    ...validateDownwardItems(downwardAPI?.items, `${field}.downwardAPI`),
    ...(projected?.sources ?? []).flatMap((source, index) =>
      validateProjection(source, `${field}.projected`, index),
    ),
  ];
}

/** What is wrong with the part of a volume that a container, whose path is `field`, mounts. */
export function validateSubPath({ subPath, subPathExpr }: VolumeMount, field: string): FieldError[] {
  return [
    ...validateDescendingPath(`${field}.volumeMounts.subPath`, subPath ?? ''),
    ...validateDescendingPath(`${field}.volumeMounts.subPathExpr`, subPathExpr ?? ''),
  ];
}

// Kubernetes itself names these fields so: `projected.path` and `downwardAPI.path`, without the source's index in the one and the
// item's in the other.
function validateProjection(source: VolumeProjection, field: string, index: number): FieldError[] {
  const at = `${field}.sources[${index}]`;
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  return [
    ...validateItems(configMap?.items, `${at}.configMap.items`),
    ...validateItems(secret?.items, `${at}.secret.items`),
    ...validateDownwardItems(downwardAPI?.items, `${at}.downwardAPI`),
    ...(serviceAccountToken ? validateFilePath(`${field}.path`, serviceAccountToken.path) : []),
  ];
}

function validateItems(items: readonly KeyToPath[] | undefined, field: string): FieldError[] {
  return (items ?? []).flatMap(({ key, path }, index) => [
    ...(key ? [] : [required(`${field}[${index}].key`)]),
    ...validateFilePath(`${field}[${index}].path`, path),
  ]);
}

function validateDownwardItems(
  items: readonly DownwardAPIVolumeFile[] | undefined,
  field: string,
): FieldError[] {
  return (items ?? []).flatMap(({ path }) => validateFilePath(`${field}.path`, path));
}

/** A path below a volume. Names that begin with two dots are the kubelet's own. */
function validateFilePath(field: string, path: string | undefined): FieldError[] {
  if (!path) return [required(field)];
  const isReserved = path.startsWith('..') && !path.startsWith('../');
  return [
    ...validateDescendingPath(field, path),
    ...(isReserved ? [invalidValue(field, path, "must not start with '..'")] : []),
  ];
}

function validateDescendingPath(field: string, path: string): FieldError[] {
  return [
    ...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []),
    ...noBacksteps(field, path),
  ];
}

function noBacksteps(field: string, path: string): FieldError[] {
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}
