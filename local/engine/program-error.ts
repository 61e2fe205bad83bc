/** The program, or an object that it declares, failed. The message is one for people and names the object. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}
