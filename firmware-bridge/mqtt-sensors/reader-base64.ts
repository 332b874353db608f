// Base64 (RFC 4648, both alphabets, with or without padding) to hex, for readers that tell bytes so.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Lower-case hex; undefined for what no encoder writes: another character, a length of 1 mod 4, bits left over. */
export function hexOfBase64(text: string): string | undefined {
  const digits = text
    .replace(/={1,2}$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  const isPadded = digits.length < text.length;
  if (digits.length === 0 || (isPadded && text.length % 4 !== 0)) return undefined;
  let bits = '';
  for (const digit of digits) {
    const value = alphabet.indexOf(digit);
    if (value < 0) return undefined;
    bits += value.toString(2).padStart(6, '0');
  }
  const spare = bits.length % 8;
  if (spare > 4 || bits.slice(bits.length - spare).includes('1')) return undefined;
  const bytes = bits.slice(0, bits.length - spare).match(/.{8}/g) ?? [];
  return bytes.map((byte) => Number.parseInt(byte, 2).toString(16).padStart(2, '0')).join('');
}
