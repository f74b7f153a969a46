/** Reads Bitcoin's serialization from the front to the end. Reading past the end throws a RangeError. */
export class ByteReader {
  readonly bytes: Buffer;
  /** Index of the next byte. */
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  uint8(): number {
    const value = this.bytes.readUInt8(this.at);
    this.at += 1;
    return value;
  }

  uint32(): number {
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  /** Exact up to 2^53, and amounts are below that. */
  uint64(): number {
    const low = this.uint32();
    return this.uint32() * 2 ** 32 + low;
  }

  /** The integer of variable length that stands before lists and texts. */
  count(): number {
    const first = this.uint8();
    if (first < 0xfd) return first;
    if (first === 0xff) return this.uint64();
    if (first === 0xfe) return this.uint32();
    const value = this.bytes.readUInt16LE(this.at);
    this.at += 2;
    return value;
  }

  /** The bytes themselves, not a copy. */
  take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError("the data ends before it is complete");
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  skip(length: number): void {
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError("the data ends before it is complete");
  }
}
