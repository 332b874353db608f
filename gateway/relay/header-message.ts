// A signed batch header as a gateway publishes it (.../batch and .../header), read by a relay that trusts nobody: size and
// shape are bounded, and only what the gateway's own key has signed for the configured ledger is a header.

import * as z from 'zod';
import {
  batchDigest,
  encodeBatchWire,
  headOf,
  type LedgerDomain,
  type SignedBatch,
  unpackMeta,
} from '../../ledger-sync/evidence/batch.js';
import { equalBytes, fromHex } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { hex, prefixedHex } from '../../ledger-sync/evidence/hex-field.js';
import { publicKeyBehind } from '../../ledger-sync/evidence/signature.js';
import type { RelayHeader } from '../../ledger-sync/relay/relay-store.js';
import { jsonOf } from '../publish/json-payload.js';

/** A header's message has about 700 characters. */
const MAX_MESSAGE_BYTES = 4096;

/** Others may add fields: what is not signed is not read. */
export const headerMessage = z.object({
  version: z.literal(1),
  gateway: prefixedHex(20),
  chainId: z.int().min(1),
  contract: prefixedHex(20),
  prev: hex(28),
  root: hex(32),
  meta: hex(32),
  signature: hex(64),
});

export type UncheckedHeader = z.infer<typeof headerMessage>;

/** Shape and ledger only; undefined for what is no header for that ledger. */
export function parseHeader(payload: Uint8Array, domain: LedgerDomain): UncheckedHeader | undefined {
  if (payload.length > MAX_MESSAGE_BYTES) return undefined;
  const parsed = headerMessage.safeParse(jsonOf(payload));
  if (!parsed.success) return undefined;
  const { chainId, contract } = parsed.data;
  const isOurs = chainId === domain.chainId && equalBytes(fromHex(contract), domain.verifyingContract);
  return isOurs ? parsed.data : undefined;
}

/** The contracts that a relay writes to recover keys of secp256k1; a gateway of P-256 anchors by itself. */
function isOfRelay(domain: LedgerDomain, batch: SignedBatch): boolean {
  const { gateway, signature } = batch;
  return publicKeyBehind(gateway, batchDigest(domain, batch), signature)?.curve === 'secp256k1';
}

/** The header, if its gateway has signed it. About 3 ms. */
export function checkHeader(unchecked: UncheckedHeader, domain: LedgerDomain): RelayHeader | undefined {
  try {
    const batch = {
      gateway: fromHex(unchecked.gateway),
      prev: fromHex(unchecked.prev),
      root: fromHex(unchecked.root),
      meta: unpackMeta(fromHex(unchecked.meta)),
      signature: fromHex(unchecked.signature),
    };
    if (!isOfRelay(domain, batch)) return undefined;
    const { gateway, prev } = batch;
    return { gateway, seq: batch.meta.seq, prev, head: headOf(batch), wire: encodeBatchWire(batch) };
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}
