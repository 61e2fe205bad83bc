import { isJsonObject, parseJson } from '../../base/json.ts';
import { mostHandovers, type Handover } from '../page/handovers.ts';

/** Reads the JSON of the elector's event `handovers`. @throws Error that says what is wrong with it */
export function parseHandovers(json: string): readonly Handover[] {
  const value = parseJson(json);
  if (!Array.isArray(value)) throw new Error(`handovers are not a JSON array: ${json.slice(0, 200)}`);
  return value.slice(0, mostHandovers).map(parseHandover);
}

function parseHandover(value: unknown): Handover {
  const malformed = new Error(`not a handover: ${JSON.stringify(value).slice(0, 200)}`);
  if (!isJsonObject(value)) throw malformed;
  const { from, to, because, at, tookMs, leaderTransitions } = value;
  const time = typeof at === 'string' ? Date.parse(at) : NaN;
  if (typeof from !== 'string' || typeof to !== 'string' || typeof because !== 'string') throw malformed;
  if (Number.isNaN(time) || typeof leaderTransitions !== 'number') throw malformed;
  const took = typeof tookMs === 'number' ? Math.max(0, tookMs) : null;
  return { from, to, because, at: time, tookMs: took, leaderTransitions };
}
