// The vectors of RFC 9180 appendix A, read from their text: those of X25519, HKDF-SHA256 and AES-128-GCM in base mode.

import { readFileSync } from 'node:fs';

const file = new URL('../../vectors/hpke/formatted_69.txt', import.meta.url);

const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** Long values go on over lines. */
function field(block: string, name: string): Buffer {
  const found = new RegExp(`^${name}:\\s*([0-9a-f\\n]+)$`, 'm').exec(block);
  if (!found?.[1]) throw new Error(`the vectors have no ${name}`);
  return bytes(found[1].replaceAll('\n', ''));
}

const section = readFileSync(file, 'utf8').split('### Base Setup Information')[1] ?? '';
const encryption = section.split('sequence number: 0')[1]?.split('sequence number')[0] ?? '';

export const baseVector = {
  info: field(section, 'info'),
  recipientPrivateKey: field(section, 'skRm'),
  recipientPublicKey: field(section, 'pkRm'),
  enc: field(section, 'enc'),
  plaintext: field(encryption, 'pt'),
  aad: field(encryption, 'aad'),
  ciphertext: field(encryption, 'ct'),
};
