import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { answer, type FakeApiServer, type Matcher } from './api-server.ts';

const recordAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** A write to an Endpoints lock that the API server accepted. */
export interface Write {
  /** When, on this process's monotonic clock, in milliseconds. */
  readonly at: number;
  /** The holder it wrote; `""` for a release. */
  readonly holder: string | null;
}

/** The writes to Endpoints locks from now on; grows as they come. */
export function recordWrites(api: FakeApiServer): readonly Write[] {
  const writes: Write[] = [];
  const isWrite: Matcher = ({ method, path }) =>
    (method === 'POST' || method === 'PUT') && path.includes('/endpoints');
  api.fault(
    isWrite,
    (exchange) => {
      const { code, body } = exchange.perform();
      if (code < 300) writes.push({ at: performance.now(), holder: holderWritten(body) });
      answer(code, body)(exchange);
    },
    Infinity,
  );
  return writes;
}

/** The holder in an Endpoints lock: `""` for nobody since a release, null where there is no record. */
export function holderWritten(object: JsonObject): string | null {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
  const text = annotations[recordAnnotation];
  if (typeof text !== 'string') return null;
  return String((JSON.parse(text) as JsonObject)['holderIdentity']);
}
