// The frames of SPDY/3.1, https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/#TOC-2.2-Framing, as far as
// Kubernetes' clients send them.

const headSize = 8;
const controlBit = 0x8000;
const version = 3;

export const controlTypes = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 };
/** The sender sends no more in this stream. */
export const finFlag = 1;

export type Frame =
  | { readonly kind: 'data'; readonly stream: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly payload: Buffer };

/** Splits bytes, as they arrive, into frames. @throws RangeError for another version of the protocol */
export class FrameReader {
  #pending = Buffer.alloc(0);

  read(chunk: Buffer): Frame[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#pending.length < headSize) return undefined;
    const end = headSize + this.#pending.readUIntBE(5, 3);
    if (this.#pending.length < end) return undefined;
    const [head, payload] = [this.#pending, this.#pending.subarray(headSize, end)];
    this.#pending = this.#pending.subarray(end);
    const flags = head.readUInt8(4);
    const first = head.readUInt16BE(0);
    if ((first & controlBit) === 0) return { kind: 'data', stream: head.readUInt32BE(0), flags, payload };
    if ((first & ~controlBit) !== version) throw new RangeError(`SPDY version ${first & ~controlBit}`);
    return { kind: 'control', type: head.readUInt16BE(2), flags, payload };
  }
}

export function dataFrame(stream: number, payload: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(headSize);
  head.writeUInt32BE(stream, 0);
  return withLength(head, flags, payload);
}

export function controlFrame(type: number, payload: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(headSize);
  head.writeUInt16BE(controlBit | version, 0);
  head.writeUInt16BE(type, 2);
  return withLength(head, flags, payload);
}

function withLength(head: Buffer, flags: number, payload: Buffer): Buffer {
  head.writeUInt8(flags, 4);
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

/** The number at the beginning of most control frames: of the stream that they are about. */
export const streamNumberOf = (payload: Buffer): number => payload.readUInt32BE(0) & 0x7fffffff;

export function streamNumber(stream: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(stream);
  return bytes;
}
