/** Builds values in DER, the binary form of certificates (X.690): each is a tag, a length and contents. */

function encode(tag: number, contents: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), encodeLength(contents.length), contents]);
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => encode(0x30, Buffer.concat(parts));
export const set = (...parts: readonly Buffer[]): Buffer => encode(0x31, Buffer.concat(parts));
export const octetString = (contents: Buffer): Buffer => encode(0x04, contents);
export const utf8String = (text: string): Buffer => encode(0x0c, Buffer.from(text));
export const yes: Buffer = encode(0x01, Buffer.from([0xff]));

/** A positive integer, from its bytes, most significant first. */
export const integer = (bytes: Buffer): Buffer =>
  encode(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);

/** Bits, of which the last `unused` of the last byte do not count. */
export const bitString = (bytes: Buffer, unused = 0): Buffer =>
  encode(0x03, Buffer.concat([Buffer.from([unused]), bytes]));

/** A value under a tag that its place in a structure gives it, in addition to its own (`explicit`). */
export const tagged = (tag: number, value: Buffer): Buffer => encode(0xa0 | tag, value);

/** Bytes under a tag that its place in a structure gives them, instead of their own (`implicit`). */
export const taggedBytes = (tag: number, bytes: Buffer): Buffer => encode(0x80 | tag, bytes);

/** A time before 2050, in whole seconds. */
export const utcTime = (time: Date): Buffer =>
  encode(0x17, Buffer.from(`${time.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`));

/** An object identifier, written with dots. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return encode(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const low = value & 0x7f;
  const high = Math.floor(value / 0x80);
  return high === 0 ? [low] : [...base128(high).map((byte) => byte | 0x80), low];
}
