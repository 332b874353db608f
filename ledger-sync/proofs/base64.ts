// Standard base64 with padding (RFC 4648 section 4), as C2SP texts have it. Strict: one text for each byte string.

import { fromBase64url, toBase64url } from '../evidence/bytes.js';
import { EvidenceError } from '../evidence/evidence-error.js';

/** With padding. */
export function toBase64(bytes: Uint8Array): string {
  const text = toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/**
 * Inverse of `toBase64`.
 * @throws EvidenceError BASE64_MALFORMED
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new EvidenceError(
      'BASE64_MALFORMED',
      `not base64 with padding (${text.length} characters)`,
      'use the alphabet A-Z a-z 0-9 + / with = to a multiple of four',
    );
  }
  return fromBase64url(text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'));
}
