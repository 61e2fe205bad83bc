/** What the elector says about the election, as far as a page needs it. */
export interface ElectorStatement {
  /** The leader's name; `""` while nobody leads. */
  readonly name: string;
  /** Whether the elector that says so leads itself. */
  readonly isLeader: boolean;
  /** For how many milliseconds from now `isLeader` may be believed; 0 or more. */
  readonly validForMs: number;
}

/** Reads the JSON that the elector answers with. @throws Error that says what is wrong with it */
export function parseStatement(json: string): ElectorStatement {
  const value = parseObject(json);
  const { name, isLeader, validForMs } = value;
  if (typeof name !== 'string') throw malformed('"name" is not a string', json);
  if (typeof isLeader !== 'boolean') throw malformed('"isLeader" is not a boolean', json);
  if (typeof validForMs !== 'number' || validForMs < 0) {
    throw malformed('"validForMs" is not a number of at least 0', json);
  }
  return { name, isLeader, validForMs };
}

function parseObject(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // What is no JSON is no object either.
  }
  throw malformed('not a JSON object', json);
}

function malformed(problem: string, json: string): Error {
  return new Error(`the elector sent an event that cannot be read (${problem}): ${json.slice(0, 200)}`);
}
