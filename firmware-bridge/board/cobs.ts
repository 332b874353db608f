// Consistent Overhead Byte Stuffing (Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2), 1999): a payload
// without any zero byte on the wire, so that one zero ends a frame whatever was lost before it.
// Decoding is strict: a block that runs past the end and a zero inside a block are refused, not padded.

/** The longest run that one code byte stands before. */
const maxRun = 254;

/** Wire bytes of a payload, without the delimiter. */
export function encodeCobs(payload: Uint8Array): Uint8Array {
  const wire: number[] = [];
  let codeAt = 0;
  wire.push(0);
  const close = (): void => {
    wire[codeAt] = wire.length - codeAt;
  };
  for (const [index, byte] of payload.entries()) {
    if (byte !== 0) wire.push(byte);
    const isFull = wire.length - codeAt > maxRun;
    if (byte !== 0 && !(isFull && index + 1 < payload.length)) continue;
    close();
    codeAt = wire.length;
    wire.push(0);
  }
  close();
  return Uint8Array.from(wire);
}

/** The payload of bytes[start, end), delimiter excluded; undefined where they are no COBS. */
export function decodeCobs(bytes: Uint8Array, start = 0, end: number = bytes.length): Uint8Array | undefined {
  const payload = new Uint8Array(Math.max(0, end - start));
  let written = 0;
  let at = start;
  while (at < end) {
    const code = bytes[at] ?? 0;
    const blockEnd = at + code;
    if (code === 0 || blockEnd > end) return undefined;
    const block = bytes.subarray(at + 1, blockEnd);
    if (block.includes(0)) return undefined;
    payload.set(block, written);
    written += block.length;
    at = blockEnd;
    // A full block stands for no zero of its own; nor does the last one.
    if (code <= maxRun && at < end) written += 1;
  }
  return payload.slice(0, written);
}
