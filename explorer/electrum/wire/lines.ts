import { ElectrumCode, ElectrumError } from "./electrum-error.ts";

/** Splits a stream of bytes at its line feeds. */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  /** @param maxBytes The longest line, without its line feed. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The lines that end in this chunk, without blanks around them; what comes behind the last waits for the next chunk.
   * @throws ElectrumError that ends the connection when a line is too long, whether or not its end has come
   */
  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let end; (end = chunk.indexOf("\n", from)) >= 0; from = end + 1) {
      this.#keep(chunk.subarray(from, end));
      yield this.#take();
    }
    this.#keep(chunk.subarray(from));
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) {
      const message = `a line is longer than ${this.#maxBytes} bytes`;
      throw new ElectrumError(ElectrumCode.INVALID_REQUEST, message, { last: true });
    }
    this.#parts.push(part);
  }

  #take(): string {
    const line = Buffer.concat(this.#parts).toString().trim();
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }
}
