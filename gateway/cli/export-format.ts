// The formats of `coldgate export`: the bundle as JSON or CBOR, and proofs of one record for the tools of others.

import type { Config } from '../../config/schema.js';
import { encodeBundle } from '../../ledger-sync/evidence/bundle-binary.js';
import type { EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { fromBase64url } from '../../ledger-sync/evidence/bytes.js';
import type { NodeReader } from '../../ledger-sync/evidence/node-reader.js';
import { signReceipt } from '../../ledger-sync/proofs/gateway-receipt.js';
import { formatTlogProof } from '../../ledger-sync/proofs/tlog-proof.js';
import type { ExportSelection } from '../evidence-export.js';
import { deviceSigner } from '../sealing/open-device-key.js';
import { UsageError } from './cli-io.js';

const formats = ['bundle', 'bundle-cbor', 'tlog-proof', 'cose-receipt'] as const;
type Format = (typeof formats)[number];

/** Named in the head of a sealed file. */
export const mediaTypes: Readonly<Record<Format, string>> = {
  bundle: 'application/vnd.coldgate.bundle+json',
  'bundle-cbor': 'application/vnd.coldgate.bundle+cbor',
  'tlog-proof': 'text/plain',
  'cose-receipt': 'application/cose',
};

/**
 * The format that was asked for.
 * @throws UsageError for an unknown one, and for many records in a format of one
 */
export function formatOf(name: string | undefined, selection: ExportSelection): Format {
  const format = formats.find((known) => known === (name ?? 'bundle'));
  if (format === undefined) {
    throw new UsageError('WRONG_USE', `there is no format ${name}`, `use one of ${formats.join(', ')}`);
  }
  const isOfOne = format === 'tlog-proof' || format === 'cose-receipt';
  if (isOfOne && selection.kind !== 'record') {
    const hint = 'name it with --sequence NUMBER; a bundle takes many';
    throw new UsageError('WRONG_USE', `a ${format} is of one record`, hint);
  }
  return format;
}

/**
 * What goes into the file. Only a receipt needs the device key: COSE signs other bytes than the ledger does. It says
 * nothing that the gateway has not signed before.
 * @throws KeyError
 */
export async function formatEvidence(
  format: Format,
  bundle: EvidenceBundle,
  nodes: NodeReader,
  { gateway }: Config,
): Promise<string | Uint8Array> {
  const leaf = fromBase64url(bundle.records[0]?.leaf ?? '');
  switch (format) {
    case 'bundle':
      return `${JSON.stringify(bundle, undefined, 1)}\n`;
    case 'bundle-cbor':
      return encodeBundle(bundle);
    case 'tlog-proof':
      return formatTlogProof(leaf, bundle.head, nodes);
    case 'cose-receipt':
      return signReceipt(await deviceSigner(gateway), leaf, bundle.head, nodes);
  }
}
