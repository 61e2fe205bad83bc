import { readFile } from 'node:fs/promises';

/**
 * Reads the token by which the elector knows the app of its own pod. The elector writes another one whenever it starts, so
 * this is asked for anew for each connection. @throws Error that names the file and says what is wrong with it
 */
export async function readElectorToken(path: string): Promise<string> {
  const token = (await readFile(path, 'utf8')).trim();
  // RFC 6750, section 2.1: what a bearer token may consist of.
  if (/^[\w.~+/-]+=*$/.test(token)) return token;
  throw new Error(`${path} holds no token`);
}
