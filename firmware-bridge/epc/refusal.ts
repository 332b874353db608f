// How the decoders of this folder say no: inside they stop at the first thing that is wrong, outside it is a value
// with one line of reason. Tags and labels are written by strangers; nothing they hold may end the gateway.

export interface Refused {
  readonly ok: false;
  /** One line of printable ASCII, without a full stop. */
  readonly reason: string;
}

export interface Accepted<T> {
  readonly ok: true;
  readonly value: T;
}

export type Decoded<T> = Accepted<T> | Refused;

/** Not an Error: a reader may bring hundreds of foreign tags a second, and a stack costs more than the decoding. */
class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Ends the decoding that runs inside `decodedBy`. */
export function refuse(reason: string): never {
  throw new Refusal(reason);
}

/** Runs a decoder; what it refuses is returned. Anything else that is thrown is a fault of ours and goes on. */
export function decodedBy<T>(decode: () => T): Decoded<T> {
  try {
    return { ok: true, value: decode() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.reason };
    throw error;
  }
}

/** Foreign text for a reason: short, and without line ends, terminal escapes or characters that look like others. */
export function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  const escaped = short.replace(/[^ !#-[\]-~]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  return `"${escaped}"`;
}
