// How a value from a configuration file may be shown to a person or written to a log.
// A misplaced secret must not reach a terminal, a log or a bug report through an error message.

const shownLength = 60;

/** Key names that hold a secret inline. Names that end in `File` only say where it is. */
export function isSecretKey(key: string): boolean {
  return (
    !/file$/i.test(key) &&
    /pass|pwd|secret|private|mnemonic|seed|token|credential|api[-_]?key|^key$/i.test(key)
  );
}

/** True for a URL that carries a user name or a password. */
export function hasUrlCredentials(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*@/.test(value);
}

/** A text that is itself a secret: 64 hex digits, or twelve and more plain words in a row. */
export function looksLikeSecret(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return /[0-9a-fA-F]{64}/.test(value) || /^(?:[a-z]{3,8}\s+){11,}[a-z]{3,8}\s*$/.test(value);
}

/** One printable line, at most about sixty characters; control and direction characters are escaped. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    // Hexadecimal without quotes reads as a number; it may be a key.
    return 'a number beyond 2^53';
  }
  if (typeof value !== 'string') return String(value);
  if (looksLikeSecret(value)) return '(not shown: it looks like a secret)';
  // The path of an RPC URL is often an API key.
  const masked = value.replace(/:\/\/.*@/s, '://***@').replace(/(:\/\/[^/]*\/).+/s, '$1...');
  return JSON.stringify(masked.length > shownLength ? `${masked.slice(0, shownLength)}...` : masked).replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
