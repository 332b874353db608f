// What a publisher signs: which files are a release, by their SHA-256. The signature is of the house's kind (secp256k1 over the
// SHA-256 of canonical JSON, with a purpose of its own), so it can never be taken for a command or for one of the log's.

import * as z from 'zod';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import { recoverAddress } from '../../ledger-sync/evidence/signature.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { UpdateError } from './update-error.js';

const PURPOSE = 'coldgate release 1';
const MAX_FILES = 64;

const fileSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9._+~-]{1,200}$/),
  bytes: z.int().positive(),
  sha256: hex(32),
});

const manifestSchema = z.strictObject({
  format: z.literal('coldgate-release'),
  version: z.literal(1),
  /** Such as 0.2.0. */
  software: z.string().regex(/^[0-9A-Za-z.+-]{1,64}$/),
  files: z.array(fileSchema).min(1).max(MAX_FILES),
  /** 64 bytes of EIP-2098. */
  signature: hex(64),
});

export type ReleaseManifest = z.infer<typeof manifestSchema>;
export type ReleasedFile = z.infer<typeof fileSchema>;
type Unsigned = Pick<ReleaseManifest, 'software' | 'files'>;

const digestOf = ({ software, files }: Unsigned) => detailHash({ purpose: PURPOSE, software, files });

/** @throws EvidenceError KEY_INVALID */
export function signManifest(privateKey: Uint8Array, { software, files }: Unsigned): ReleaseManifest {
  const signature = toHex(new SoftwareSigner(privateKey).sign(digestOf({ software, files })));
  return { format: 'coldgate-release', version: 1, software, files, signature };
}

const refused = (message: string) =>
  new UpdateError('PACKAGE_REFUSED', message, 'take package and manifest anew from whoever publishes them');

/** Reads a manifest; believes nothing of it yet. @throws UpdateError PACKAGE_REFUSED */
export function readManifest(text: string, path: string): ReleaseManifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    const hint = 'it is made by: coldgate update sign';
    throw new UpdateError('PACKAGE_REFUSED', `${path} is no manifest of a release`, hint, cause);
  }
}

/**
 * The publisher who signed a package.
 * @param publishers addresses that are trusted, 0x and 40 digits
 * @returns the address, lower case
 * @throws UpdateError PACKAGE_REFUSED
 */
export function requireSigned(
  manifest: ReleaseManifest,
  found: Pick<ReleasedFile, 'bytes' | 'sha256'>,
  publishers: readonly string[],
): string {
  const signer = signerOf(manifest);
  if (!publishers.some((one) => one.toLowerCase() === signer))
    throw refused(`the manifest is signed by ${signer}, who is no publisher of this gateway`);
  const listed = manifest.files.some(({ bytes, sha256 }) => sha256 === found.sha256 && bytes === found.bytes);
  if (!listed)
    throw refused(`the manifest of ${manifest.software} lists no file with SHA-256 ${found.sha256}`);
  return signer;
}

function signerOf(manifest: ReleaseManifest): string {
  try {
    return `0x${toHex(recoverAddress(digestOf(manifest), fromHex(manifest.signature)))}`;
  } catch (error) {
    if (error instanceof EvidenceError) throw refused('the signature of the manifest is none');
    throw error;
  }
}
