import { isJsonObject, parseJson } from '../../base/json.ts';

/** What the elector says about the election, as far as a page needs it. */
export interface ElectorStatement {
  /** The leader's name; `""` while nobody leads. */
  readonly name: string;
  /** Whether the elector that says so leads itself. */
  readonly isLeader: boolean;
  /** For how many milliseconds from now `isLeader` may be believed; 0 or more. */
  readonly validForMs: number;
  /** Milliseconds from now until others may take the lock; null: nobody holds it, or this elector does not tell. */
  readonly expiresInMs: number | null;
  /** How often the lock went from one holder to another; null: this elector does not tell. */
  readonly leaderTransitions: number | null;
  /** The fencing token of this term; null unless `isLeader`. */
  readonly fencingToken: string | null;
}

/** Reads the JSON that the elector answers with. @throws Error that says what is wrong with it */
export function parseStatement(json: string): ElectorStatement {
  const value = parseJson(json);
  if (!isJsonObject(value)) throw malformed('not a JSON object', json);
  const { name, isLeader, validForMs, expiresInMs, leaderTransitions, fencingToken } = value;
  if (typeof name !== 'string') throw malformed('"name" is not a string', json);
  if (typeof isLeader !== 'boolean') throw malformed('"isLeader" is not a boolean', json);
  if (typeof validForMs !== 'number' || validForMs < 0) {
    throw malformed('"validForMs" is not a number of at least 0', json);
  }
  return {
    name,
    isLeader,
    validForMs,
    expiresInMs: typeof expiresInMs === 'number' ? Math.max(0, expiresInMs) : null,
    leaderTransitions: typeof leaderTransitions === 'number' ? leaderTransitions : null,
    fencingToken: typeof fencingToken === 'string' ? fencingToken : null,
  };
}

function malformed(problem: string, json: string): Error {
  return new Error(`${problem}: ${json.slice(0, 200)}`);
}
