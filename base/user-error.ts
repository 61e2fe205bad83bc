/** What a command tells whoever runs it by its exit code. */
export const exitCode = { done: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Something that whoever runs a command can set right; the message alone says what is wrong, and what to do. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  /** What a command ends with that fails by this. */
  readonly exitCode: ExitCode;

  constructor(message: string, options: ErrorOptions = {}, code: ExitCode = exitCode.failed) {
    super(message, options);
    this.exitCode = code;
  }
}

/** An option, or the like, that is unknown, missing or wrong; the message names it. */
export function usageError(message: string, options: ErrorOptions = {}): UserError {
  return new UserError(message, options, exitCode.usage);
}
