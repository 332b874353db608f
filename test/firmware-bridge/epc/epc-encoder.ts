// An encoder for tests, written from the coding tables and independent of the decoder.

export const field = (value: bigint | number, bits: number): string => {
  const text = BigInt(value).toString(2);
  if (text.length > bits) throw new RangeError(`${value} does not fit ${bits} bits`);
  return text.padStart(bits, '0');
};

/** Fills up to the next nibble, or to the next word as a tag does. */
export function bitsToHex(bits: string, step: 4 | 16 = 4): string {
  const whole = bits.padEnd(Math.ceil(bits.length / step) * step, '0');
  return (whole.match(/.{4}/g) ?? []).map((nibble) => Number.parseInt(nibble, 2).toString(16)).join('');
}

export const text7 = (text: string, characters: number): string =>
  [...text]
    .map((char) => field(char.charCodeAt(0), 7))
    .join('')
    .padEnd(characters * 7, '0');

/** An SGTIN-96 with company prefix 0614141, where a test may break one field. */
export function sgtin96(broken: { company?: bigint; item?: bigint; partition?: number }): string {
  const { company = 614141n, item = 812345n, partition = 5 } = broken;
  return bitsToHex(
    field(0x30, 8) +
      field(3, 3) +
      field(partition, 3) +
      field(company, 24) +
      field(item, 20) +
      field(6789, 38),
  );
}

/** An SGTIN-198 with the item of sgtin96 and these serial bits, filled with zeros. */
export function sgtin198(serialBits: string): string {
  const item = field(3, 3) + field(5, 3) + field(614141n, 24) + field(812345n, 20);
  return bitsToHex(field(0x36, 8) + item + serialBits.padEnd(140, '0'));
}

export const nibbles = (digits: string): string =>
  [...digits].map((digit) => field(Number(digit), 4)).join('');

export type TextEncoding = 'integer' | 'upper-hex' | 'lower-hex' | 'base64url' | 'ascii' | 'urn-code-40';

/** The characters that an encoding can hold. */
export const encodable: Readonly<Record<TextEncoding, string>> = {
  integer: '0123456789',
  'upper-hex': '0123456789ABCDEF',
  'lower-hex': '0123456789abcdef',
  base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  ascii: '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
  'urn-code-40': 'ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789',
};

/** Bits that a number of so many digits needs: those of 99...9. */
export const bitsOfDigits = (digits: number): number => (10n ** BigInt(digits) - 1n).toString(2).length;

function characters(text: string, encoding: TextEncoding): string {
  if (encoding === 'integer') return field(BigInt(text), bitsOfDigits(text.length));
  if (encoding === 'ascii') return text7(text, text.length);
  if (encoding === 'urn-code-40') {
    const index = (char: string | undefined) =>
      char === undefined ? 0 : encodable[encoding].indexOf(char) + 1;
    return (text.match(/.{1,3}/g) ?? [])
      .map((group) => field(1600 * index(group[0]) + 40 * index(group[1]) + index(group[2]) + 1, 16))
      .join('');
  }
  const width = encoding === 'base64url' ? 6 : 4;
  return [...text].map((char) => field(encodable[encoding].indexOf(char), width)).join('');
}

/** Encoding indicator, length, characters. */
export function plusText(text: string, encoding: TextEncoding): string {
  const indicator = Object.keys(encodable).indexOf(encoding);
  return field(indicator, 3) + field(text.length, 5) + characters(text, encoding);
}
