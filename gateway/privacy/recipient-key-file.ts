// The file with a recipient's private key: plain, mode 0600, as SSH and age keep theirs. It opens what was sealed for
// its owner and signs nothing.

import * as z from 'zod';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { makeRecipientKey, recipientOf } from '../../ledger-sync/sealed/key-wrap.js';
import { createSecretFile, damaged, readSecretFile } from '../sealing/secret-file.js';

const MAX_BYTES = 1024;
const hex32 = hex(32);
const fileSchema = z.strictObject({
  format: z.literal('coldgate-recipient-key'),
  version: z.literal(1),
  publicKey: hex32,
  privateKey: hex32,
});

/** Makes a pair of keys in a new file. @returns the public key, 64 hex digits. @throws KeyError KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE */
export async function createRecipientKeyFile(path: string): Promise<string> {
  const pair = await makeRecipientKey();
  const publicKey = toHex(pair.publicKey);
  const content = {
    format: 'coldgate-recipient-key',
    version: 1,
    publicKey,
    privateKey: toHex(pair.privateKey),
  };
  createSecretFile(path, `${JSON.stringify(content, undefined, 2)}\n`);
  return publicKey;
}

/** The private key, 32 bytes. @throws KeyError for a wrong mode or owner, or a damaged file */
export function readRecipientKeyFile(path: string): Uint8Array {
  const text = readSecretFile(path, MAX_BYTES);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw damaged(path, 'is not JSON');
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw damaged(path, 'is no recipient key file of version 1');
  const privateKey = fromHex(parsed.data.privateKey);
  if (toHex(recipientOf(privateKey)) === parsed.data.publicKey) return privateKey;
  throw damaged(path, 'holds two keys that do not belong together');
}
