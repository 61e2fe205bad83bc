import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { textOf } from '../../../base/error-text.ts';
import type { Given } from './kube-context.ts';

/**
 * Something in files that others replace while this process runs. Where what is there now is of no use, what was there before is: that
 * holds for a while longer, as client-go has it ("Unable to rotate token").
 */
export class Rotated<T> {
  readonly #read: () => Promise<T>;
  #last: T | null = null;

  /** `read` rejects where it reads nothing that is of use. */
  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** What is there now, or was last. Rejects where nothing ever was. */
  async get(): Promise<T> {
    try {
      this.#last = await this.#read();
    } catch (error) {
      if (this.#last === null) throw error;
    }
    return this.#last;
  }
}

/** What is given in place, or stands in a file now. Rejects where that is no text. */
export async function readGiven(given: Given, what: string): Promise<string> {
  return given.kind === 'data' ? given.data : readFileText(given.file, what);
}

/** The text of a file, without the space around it. Rejects where it cannot be read, or is empty. */
export async function readFileText(path: string, what: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`cannot read the ${what}: ${textOf(cause)}`, { cause });
  });
  if (text.trim() === '') throw new Error(`the ${what} ${path} is empty`);
  return text.trim();
}

/** @throws Error where the key is not the certificate's: one of them has been replaced, the other is still to be */
export function requireKeyPair(cert: string, key: string): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new Error('client-key is not the key of client-certificate');
}
