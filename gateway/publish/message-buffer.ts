// One message being written. A drain makes a hundred messages of 400 kB each second: as strings and buffers of their own they
// would be large objects, which the collector leaves lying for long on a small machine.

const FIRST_BYTES = 64 * 1024;
/** UTF-8 takes at most three bytes for a unit of UTF-16. */
const MAX_BYTES_PER_UNIT = 3;

export class MessageBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** Begins anew; what `bytes` gave before is written over. */
  clear(): void {
    this.#length = 0;
  }

  text(text: string): void {
    const wanted = this.#length + text.length * MAX_BYTES_PER_UNIT;
    if (wanted > this.#bytes.length) this.#grow(wanted);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** What was written, until `clear`. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(wanted: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(wanted, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
