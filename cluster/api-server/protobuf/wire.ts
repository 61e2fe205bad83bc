/** One field of a message, as it lies in the bytes. */
export interface Field {
  readonly number: number;
  /** Of a field that is a number: 64 bits, signed. */
  readonly value: bigint;
  /** Of a field that is a string, bytes, a message, or an item of a list of these. */
  readonly bytes: Buffer;
}

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

/**
 * The fields of a message in protobuf's encoding, https://protobuf.dev/programming-guides/encoding/.
 * @throws RangeError where the bytes are none
 */
export function* fieldsOf(bytes: Buffer): Generator<Field> {
  const position = { at: 0 };
  while (position.at < bytes.length) {
    const tag = Number(readVarint(bytes, position));
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (!Object.values(wireTypes).includes(wireType)) throw new RangeError(`wire type ${wireType}`);
    const hasVarint = wireType === wireTypes.varint || wireType === wireTypes.bytes;
    const value = hasVarint ? readVarint(bytes, position) : 0n;
    const fixed = wireType === wireTypes.fixed64 ? 8 : wireType === wireTypes.fixed32 ? 4 : 0;
    const end = position.at + (wireType === wireTypes.bytes ? Number(value) : fixed);
    if (end > bytes.length) throw new RangeError('unexpected EOF');
    yield { number, value: BigInt.asIntN(64, value), bytes: bytes.subarray(position.at, end) };
    position.at = end;
  }
}

function readVarint(bytes: Buffer, position: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[position.at];
    if (byte === undefined || shift > 63n) throw new RangeError('unexpected EOF');
    position.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
}
