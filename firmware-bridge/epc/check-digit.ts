// Check digit and check character pair of GS1 keys: GS1 General Specifications, section 7.9.

/** The check digit that belongs behind these digits: weights 3, 1, 3 ... from the right. */
export function checkDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const weight = (digits.length - index) % 2 === 1 ? 3 : 1;
    sum += weight * Number(digits[index]);
  }
  return String((10 - (sum % 10)) % 10);
}

export function hasCheckDigit(digits: string): boolean {
  return digits.length > 1 && checkDigit(digits.slice(0, -1)) === digits.slice(-1);
}

/** The 82 characters that element strings may hold, in the order of their values in a check character pair. */
export const charset82 =
  '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
/** Characters of a component or part identifier. */
export const charset39 = '#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const charset32 = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** Weights from the right; a value before its pair has at most 28 characters. */
const primes = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
  107,
];

/** The two check characters that belong behind this text of charset82, at most 28 characters. */
export function checkCharacters(text: string): string {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) {
    const prime = primes[text.length - 1 - index] ?? 0;
    sum += prime * charset82.indexOf(text[index] ?? '');
  }
  const rest = sum % 1021;
  return `${charset32[rest >> 5]}${charset32[rest & 31]}`;
}

/** Whether every character is one of `charset`. */
export function isOfCharset(text: string, charset: string): boolean {
  for (const character of text) if (!charset.includes(character)) return false;
  return true;
}
