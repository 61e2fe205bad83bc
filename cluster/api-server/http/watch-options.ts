import { forbiddenValue, invalidValue } from '../field-error.ts';
import { internalFailure, invalid } from '../status.ts';
import { isTrue } from './request-target.ts';

/** How a client wants to watch. */
export interface WatchOptions {
  /** Changes after this one; null: the present objects first, then changes. */
  readonly from: string | null;
  /** Mark the end of the present objects with a bookmark. */
  readonly marksInitialEvents: boolean;
  /** Say now and then how far the stream has come. */
  readonly bookmarks: boolean;
  readonly timeoutSeconds: number;
}

// Spread out, so that clients do not all come back at once.
const usualTimeoutSeconds = () => 1800 * (1 + Math.random());

/** Reads a watch's parameters. @throws ApiStatusError 422 or 500 where one is wrong. */
export function readWatchOptions(query: URLSearchParams): WatchOptions {
  const version = query.get('resourceVersion') ?? '';
  const sendInitial = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch') ?? '';
  checkInitialEvents(sendInitial, match);
  checkVersion(version);
  const startsWithPresent = isTrue(sendInitial) || version === '' || version === '0';
  const timeout = Number(query.get('timeoutSeconds') ?? '0');
  return {
    from: startsWithPresent ? null : version,
    marksInitialEvents: isTrue(sendInitial),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds: timeout > 0 ? timeout : usualTimeoutSeconds(),
  };
}

/** A resourceVersion as Kubernetes reads it: empty or a decimal number. @throws ApiStatusError 500 */
export function checkVersion(version: string): void {
  if (/^\d*$/.test(version)) return;
  const { field, message } = invalidValue(
    'resourceVersion',
    version,
    `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
  );
  throw internalFailure(`${field}: ${message}`);
}

function checkInitialEvents(sendInitial: string | null, match: string): void {
  const detail =
    sendInitial !== null && match !== 'NotOlderThan'
      ? 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'
      : sendInitial === null && match !== ''
        ? 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'
        : null;
  if (detail === null) return;
  throw invalid('ListOptions', 'meta.k8s.io', '', [forbiddenValue('resourceVersionMatch', detail)]);
}
