// The file of a handover, JSON: made and signed by the giver, signed by the taker, kept in the gateway's log and brought to
// the ledger whenever there is a link. A phone or a web page needs nothing but these functions and a Signer: what is
// signed is the EIP-712 digest that any wallet shows.

import * as z from 'zod';
import { toHex } from '../evidence/bytes.js';
import { detailHash } from '../evidence/jcs.js';
import type { Signer } from '../evidence/signer.js';
import { domainOf } from './agreement-file.js';
import {
  address,
  chainId,
  documentHash,
  hash,
  invalid,
  readFileOf,
  type SaltedDocument,
  saltedDocument,
  signature,
  uint,
} from './file-fields.js';
import { type Handover, handoverDigest } from './handover.js';
import { isSignedByParty, signAsParty } from './party-signature.js';

const fileSchema = z.strictObject({
  format: z.literal('coldgate-handover'),
  version: z.literal(1),
  chainId,
  /** The agreement contract. */
  contract: address,
  handover: z.strictObject({
    agreement: hash,
    step: uint(32),
    from: address,
    to: address,
    size: uint(48),
    atS: uint(40),
    document: hash,
    deadline: uint(40),
  }) satisfies z.ZodType<Handover>,
  document: saltedDocument,
  signatures: z.strictObject({ giver: signature.exactOptional(), taker: signature.exactOptional() }),
});

export type HandoverFile = z.infer<typeof fileSchema>;

/** What the giver decides; the document's hash follows. */
export interface NewHandover {
  readonly chainId: number;
  readonly contract: string;
  readonly handover: Omit<Handover, 'document'>;
  readonly document: SaltedDocument;
}

/** A handover that nobody has signed yet. @throws EvidenceError JSON_UNSUPPORTED */
export function newHandover({ chainId: chain, contract, handover, document }: NewHandover): HandoverFile {
  const made = { ...handover, document: `0x${toHex(detailHash(document))}` };
  return {
    format: 'coldgate-handover',
    version: 1,
    chainId: chain,
    contract,
    handover: made,
    document,
    signatures: {},
  };
}

/**
 * Reads a file; the document must be the one whose hash was signed.
 * @throws LedgerError PROOF_INVALID
 */
export function parseHandoverFile(json: string): HandoverFile {
  const file = readFileOf(fileSchema, json, 'handover');
  if (documentHash(file.document) !== file.handover.document) {
    throw invalid('the document of the file is not the one of its handover');
  }
  return file;
}

/**
 * The file with one more signature.
 * @throws LedgerError PROOF_INVALID if the key is of neither side
 */
export function signHandover(file: HandoverFile, signer: Signer): HandoverFile {
  const { from, to } = file.handover;
  const own = `0x${toHex(signer.address)}`;
  const side = own === from ? 'giver' : own === to ? 'taker' : undefined;
  if (side === undefined) throw invalid(`${own} neither gives nor takes in this handover`);
  const made = signAsParty(signer, handoverDigest(domainOf(file), file.handover));
  return { ...file, signatures: { ...file.signatures, [side]: made } };
}

/** Who has signed with a key. A contract wallet's signature is not known here: only the ledger can tell. */
export function signersOf(file: HandoverFile): { readonly giver: boolean; readonly taker: boolean } {
  const digest = handoverDigest(domainOf(file), file.handover);
  const { giver, taker } = file.signatures;
  return {
    giver: giver !== undefined && isSignedByParty(file.handover.from, digest, giver),
    taker: taker !== undefined && isSignedByParty(file.handover.to, digest, taker),
  };
}
