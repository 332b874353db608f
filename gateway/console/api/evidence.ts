// Evidence: what of a window or shipment is proven and since when, and the files that leave the gateway. Files are made by
// another process, one at a time: who comes meanwhile waits, and with a full queue is told to come back (503).

import * as z from 'zod';
import { count, hash, identifier, queryMs, unixMs } from './fields.js';
import { access, json, route } from './route.js';

/** Either a shipment, or a window, or one record. */
export const evidenceQuery = z.strictObject({
  shipment: z.string().max(64).optional(),
  fromMs: queryMs.optional(),
  toMs: queryMs.optional(),
  sequence: z.coerce.number().int().min(0).optional(),
});
export const bundleQuery = z.strictObject({
  ...evidenceQuery.shape,
  format: z.enum(['json', 'binary']).default('json'),
  /** Prove everything by the newest signed head, also what is on the ledger already. */
  isSignedOnly: z.stringbool().default(false),
});

export const evidenceState = z.strictObject({
  /** Of the selection. */
  firstSequence: count,
  lastSequence: count,
  records: count,
  /** The newest signed head of the log. */
  checkpoint: z.strictObject({ size: count, root: hash, atMs: unixMs }),
  /** null: no ledger is configured. */
  ledger: z
    .strictObject({
      chainId: count,
      contract: z.string(),
      /** Of the selection: records that a header covers which is on its way, in a block, safe, final. null: nobody knows. */
      sentRecords: count,
      anchoredRecords: count,
      safeRecords: count.nullable(),
      finalizedRecords: count.nullable(),
      /** The oldest included header that covers the whole selection, or the newest that covers its beginning. */
      header: z
        .strictObject({
          seq: count,
          size: count,
          transactionHash: z.string(),
          blockNumber: count,
          blockTimeMs: unixMs,
        })
        .nullable(),
    })
    .nullable(),
});
export type EvidenceState = z.infer<typeof evidenceState>;

const tag = 'evidence';
const params = z.strictObject({ id: identifier });

export const evidenceRoutes = {
  state: route({
    method: 'GET',
    path: '/api/evidence',
    operation: 'readEvidenceState',
    tag,
    summary: 'How far a shipment, a window or a record is proven.',
    access: access.evidence,
    query: evidenceQuery,
    answer: json(evidenceState),
  }),
  bundle: route({
    method: 'GET',
    path: '/api/evidence/bundle',
    operation: 'downloadBundle',
    tag,
    summary: 'The evidence bundle, verified before it leaves.',
    access: access.evidence,
    query: bundleQuery,
    answer: {
      kind: 'stream',
      contentType: 'application/json',
      what: 'an evidence bundle, PROTOCOL.md section 6',
    },
  }),
  report: route({
    method: 'GET',
    path: '/api/shipments/{id}/report',
    operation: 'downloadReport',
    tag,
    summary: 'The report of a shipment.',
    access: access.evidence,
    params,
    query: z.strictObject({ format: z.enum(['pdf', 'csv', 'json']).default('pdf') }),
    answer: { kind: 'stream', contentType: 'application/pdf', what: 'the report' },
  }),
  pack: route({
    method: 'GET',
    path: '/api/shipments/{id}/pack',
    operation: 'downloadInspectorPack',
    tag,
    summary: 'All that an inspector needs, as one zip file.',
    access: access.evidence,
    params,
    answer: { kind: 'stream', contentType: 'application/zip', what: 'the inspector pack' },
  }),
};
