/** Something that whoever starts the example can set right; the message names it and says how. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
