import { isIP } from 'node:net';
import { isJsonObject, parseJson } from '../../../base/json.ts';
import { candidateName } from '../../../base/rules.ts';
import { podRoles, type PodReport } from '../../page/message.ts';
import { mostPods } from './known-pods.ts';

/** Reads the answer to `GET /pods`. @throws Error that says what is wrong with it */
export function parsePods(json: string): readonly PodReport[] {
  const value = parseJson(json);
  if (!Array.isArray(value)) throw new Error(`not a JSON array: ${json.slice(0, 200)}`);
  return value.slice(0, mostPods).map(parsePod);
}

function parsePod(value: unknown): PodReport {
  const malformed = new Error(`not a pod: ${JSON.stringify(value).slice(0, 200)}`);
  if (!isJsonObject(value)) throw malformed;
  const { name, ip, role, silentMs, upMs } = value;
  const known = podRoles.find((each) => each === role);
  if (typeof name !== 'string' || candidateName.parse(name) === undefined) throw malformed;
  if (typeof ip !== 'string' || isIP(ip) === 0 || known === undefined) throw malformed;
  if (typeof silentMs !== 'number' || silentMs < 0) throw malformed;
  if (upMs !== null && (typeof upMs !== 'number' || upMs < 0)) throw malformed;
  return { name, ip, role: known, silentMs, upMs };
}
