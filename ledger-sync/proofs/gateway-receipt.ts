// The COSE receipt of one record of a gateway: ES256K or ES256 by the device key over the root of a tree head that it has
// signed before. The size is a claim in the protected header, because one
// path fits several sizes. The
// record and the head ride in the unprotected header: the path and the head's own signature cover them.

import type { EvidenceBundle } from '../evidence/bundle-schema.js';
import { fromHex, toHex } from '../evidence/bytes.js';
import { encodeCbor } from '../evidence/cbor-bytes.js';
import { CborMap, type CborValue } from '../evidence/cbor-value.js';
import { signEcdsaSha256 } from '../evidence/ecdsa-sha256.js';
import { EvidenceError } from '../evidence/evidence-error.js';
import { buildInclusion, rootFromInclusion } from '../evidence/inclusion.js';
import { leafHash } from '../evidence/merkle.js';
import type { NodeReader } from '../evidence/node-reader.js';
import { decodeRecord } from '../evidence/record.js';
import { decodeSignedHead, encodeSignedHead } from '../evidence/signed-head.js';
import type { Signer } from '../evidence/signer.js';
import { failed, notProven, proven } from '../evidence/verify-check.js';
import type { RecordProof } from '../evidence/verify-record.js';
import {
  coseAlgorithms,
  coseLabels,
  decodeReceipt,
  encodeReceipt,
  RFC9162_SHA256,
  readProtected,
  receiptMessage,
} from './cose-receipt.js';
import { isReceiptBy } from './verify-receipt.js';

type Head = EvidenceBundle['head'];

const ISSUER_CLAIM = 1;
const SIZE_CLAIM = 'coldgate-size';
const LEAF_LABEL = 'coldgate-leaf';
const HEAD_LABEL = 'coldgate-head';
const ISSUER = /^urn:coldgate:gateway:(0x[0-9a-f]{40})$/;

/**
 * Signs and writes a receipt.
 * @param head of the same log, signed before: a receipt says nothing new
 * @throws EvidenceError RANGE_INVALID, RECORD_MALFORMED, KEY_INVALID for another gateway's signer
 */
export function signReceipt(signer: Signer, leaf: Uint8Array, head: Head, nodes: NodeReader): Uint8Array {
  const { gateway, sequence } = decodeRecord(leaf);
  const address = toHex(gateway);
  if (toHex(signer.address) !== address) {
    const hint = 'use the configuration of the gateway that made the records';
    throw new EvidenceError('KEY_INVALID', `the record is of 0x${address}, the key is another`, hint);
  }
  const size = head.kind === 'batch' ? head.meta.size : head.size;
  const claims = new CborMap([
    [ISSUER_CLAIM, `urn:coldgate:gateway:0x${address}`],
    [SIZE_CLAIM, size],
  ]);
  const protectedBytes = encodeCbor(
    new CborMap([
      [coseLabels.algorithm, signer.curve === 'P-256' ? coseAlgorithms.ES256 : coseAlgorithms.ES256K],
      [coseLabels.keyId, gateway],
      [coseLabels.claims, claims],
      [coseLabels.treeKind, RFC9162_SHA256],
    ]),
  );
  return encodeReceipt({
    protectedBytes,
    proof: { kind: 'inclusion', numbers: [size, sequence], path: buildInclusion(sequence, size, nodes) },
    unprotected: [
      [HEAD_LABEL, encodeSignedHead(head)],
      [LEAF_LABEL, leaf],
    ],
    signature: signEcdsaSha256(signer, receiptMessage(protectedBytes, fromHex(head.root))),
  });
}

/**
 * Reads a gateway's receipt for `verifyRecordProof`.
 * @throws EvidenceError PROOF_MALFORMED, HEADER_FIELD
 */
export function parseGatewayReceipt(bytes: Uint8Array, leafBeside?: Uint8Array): RecordProof {
  const receipt = decodeReceipt(bytes);
  const { header } = readProtected(receipt.protectedBytes);
  const claims = header.get(coseLabels.claims);
  const issuer = claims instanceof CborMap ? claims.get(ISSUER_CLAIM) : undefined;
  const gateway = typeof issuer === 'string' ? ISSUER.exec(issuer)?.[1] : undefined;
  if (gateway === undefined) throw malformed('the issuer is no coldgate gateway');
  const { kind, numbers, path } = receipt.proof;
  if (kind !== 'inclusion') throw malformed('a consistency proof speaks of no record');
  const unprotected = new CborMap(receipt.unprotected);
  const leaf = bytesAt(unprotected, LEAF_LABEL) ?? leafBeside;
  if (!leaf) throw malformed('the record is not in it; give the leaf beside it');
  const [size, index] = numbers;
  const root = rootFromInclusion(index, size, leafHash(leaf), path);
  if (!root) throw malformed('the path does not fit index and size');
  const blob = bytesAt(unprotected, HEAD_LABEL);
  const isSigned = isReceiptBy(receipt, root, { address: fromHex(gateway) });
  const unknown = receipt.unprotected.filter(([key]) => key !== LEAF_LABEL && key !== HEAD_LABEL);
  const claimed = claims instanceof CborMap ? claims.get(SIZE_CLAIM) : undefined;
  return {
    gateway,
    leaf,
    index,
    size,
    path,
    root,
    heads: blob ? [decodeSignedHead(blob, root, size)] : [],
    others: [
      isSigned
        ? proven('signature', `${gateway} signed this root as a COSE receipt`)
        : failed('signature', `the receipt is not signed by ${gateway} for this root`),
      claimed === size
        ? proven('coverage', `the tree size ${size} is part of what was signed`)
        : failed('coverage', `the receipt is of ${String(claimed)} records, its path of ${size}`),
      ...(unknown.length === 0
        ? []
        : [notProven('coverage', `${unknown.length} unprotected header fields are covered by nothing`)]),
    ],
  };
}

function bytesAt(map: CborMap, label: string): Uint8Array | undefined {
  const value: CborValue | undefined = map.get(label);
  if (value === undefined || value instanceof Uint8Array) return value;
  throw malformed(`${label} is no byte string`);
}

function malformed(problem: string): EvidenceError {
  return new EvidenceError('PROOF_MALFORMED', `receipt: ${problem}`, 'ask its maker how to verify it');
}
