import { constants, createDeflate, createInflate } from 'node:zlib';
import type { Deflate, Inflate } from 'node:zlib';
import { dictionary } from './dictionary.ts';

/** Headers by their names, which are in lower case. */
export type Headers = ReadonlyMap<string, string>;

/**
 * Blocks of headers as a connection carries them: all of one direction are one stream of zlib's, so each is to be read, or
 * written, after the one before.
 */
export class HeaderBlocks {
  readonly #inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });

  /** Rejects where the block cannot be read. */
  async read(block: Buffer): Promise<Headers> {
    return parse(await passThrough(this.#inflate, block));
  }

  write(headers: Headers): Promise<Buffer> {
    return passThrough(this.#deflate, format(headers));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

function passThrough(stream: Inflate | Deflate, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer) => chunks.push(chunk);
    stream.on('data', collect);
    stream.once('error', reject);
    stream.write(input, () => {
      stream.off('data', collect);
      stream.off('error', reject);
      resolve(Buffer.concat(chunks));
    });
  });
}

/** @throws RangeError where the block ends too early */
function parse(block: Buffer): Headers {
  const position = { at: 0 };
  const number = () => block.readUInt32BE((position.at += 4) - 4);
  const text = () => {
    const length = number();
    return block.toString('utf8', position.at, (position.at += length));
  };
  const count = number();
  return new Map(Array.from({ length: count }, () => [text(), text()] as const));
}

function format(headers: Headers): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (value: string) => [number(Buffer.byteLength(value)), Buffer.from(value)];
  const pairs = [...headers].flatMap(([name, value]) => [...text(name), ...text(value)]);
  return Buffer.concat([number(headers.size), ...pairs]);
}
