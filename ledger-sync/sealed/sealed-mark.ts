// By what a sealed file (PROTOCOL.md section 14) is known, for those that cannot open it.

/** First bytes of every sealed file. */
const sealedMark = '{"format":"coldgate-sealed"';

/** Whether these bytes begin as a sealed file does. */
export function isSealed(file: Uint8Array): boolean {
  return new TextDecoder().decode(file.subarray(0, sealedMark.length)) === sealedMark;
}
