import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { textOf } from '../../../base/error-text.ts';

const tokenBytes = 32;
const readableByAll = 0o444;

/**
 * What only this pod has: a secret in a volume that the elector and the app share. Whoever presents it has a container in this pod.
 * An address cannot show that, since service meshes deliver the requests of other pods from 127.0.0.6.
 */
export class PodToken {
  readonly #digest: Buffer;

  private constructor(token: string) {
    this.#digest = sha256(token);
  }

  /**
   * Makes a new token and writes it to `path` (absolute), under $CONTAINER_SANDBOX_MOUNT_POINT where that is set. Who reads the file
   * finds the old token or the new one, never a part.
   * @throws Error that names the flag, the path and what is wrong with it
   */
  static async write(path: string, env: NodeJS.ProcessEnv): Promise<PodToken> {
    const token = randomBytes(tokenBytes).toString('base64url');
    try {
      await replaceFile(`${env['CONTAINER_SANDBOX_MOUNT_POINT'] ?? ''}${path}`, token);
    } catch (error) {
      throw new Error(`cannot write the token to --token-file=${path}: ${textOf(error)}`, { cause: error });
    }
    return new PodToken(token);
  }

  /** Whether the value of an Authorization header is `Bearer` (RFC 6750) with this token. How long it takes tells nothing of the token. */
  isIn(authorization: string): boolean {
    const [, presented] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    return presented !== undefined && timingSafeEqual(sha256(presented), this.#digest);
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: readableByAll });
    // The process's umask may have taken something from the mode.
    await chmod(temporary, readableByAll);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Digests have one length, which timingSafeEqual asks for. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
