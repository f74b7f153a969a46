/** How the engine puts the two output streams of a container without a terminal into one. */

export interface Frame {
  readonly stream: "stdout" | "stderr";
  readonly data: Buffer;
}

/** Bytes before the data of each frame: which stream in the first, the data's length in the last four. */
const headerLength = 8;
const stderrNumber = 2;

/** The frames of what the engine sends, as soon as each is whole. */
export async function* frames(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Frame> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    while (at + headerLength <= pending.length) {
      const begin = at + headerLength;
      const end = begin + pending.readUInt32BE(begin - 4);
      if (end > pending.length) break;
      const stream = pending[at] === stderrNumber ? "stderr" : "stdout";
      yield { stream, data: pending.subarray(begin, end) };
      at = end;
    }
    pending = pending.subarray(at);
  }
}
