// All that is known of a logistic unit, a pack or a lot, as `coldgate trace` tells it.

import * as z from 'zod';
import { count, freeText, unixMs } from './fields.js';
import { access, json, route } from './route.js';

export const traceEntry = z.strictObject({
  atMs: unixMs,
  /** What the gateway's clock said then, where a later record says that it was wrong. */
  recordedAtMs: unixMs.optional(),
  /** log: a signed record, checked; ledger: an event of a contract, one node's word; epcis: made from signed records. */
  source: z.enum(['log', 'ledger', 'epcis']),
  /** Such as `seen`, `dispensed` or `custody`. */
  what: freeText,
  /** In English, as the command tells it. */
  words: freeText,
  sequence: count.optional(),
  shipment: freeText.optional(),
  blockNumber: count.optional(),
  transactionHash: freeText.optional(),
  eventId: freeText.optional(),
});
export type TraceEntry = z.infer<typeof traceEntry>;

/** No option of a command begins like an identifier of GS1. */
export const traceQuery = z.strictObject({ id: z.string().regex(/^[^-\s].{0,299}$/) });

export const traceAnswer = z.strictObject({
  /** As an element string. */
  subject: freeText,
  /** In order of time. */
  entries: z.array(traceEntry),
  /** What could not be looked at, in sentences. */
  notKnown: z.array(freeText),
  /** False: the log is not what was signed. */
  isWhole: z.boolean(),
});
export type TraceAnswer = z.infer<typeof traceAnswer>;

export const traceRoutes = {
  read: route({
    method: 'GET',
    path: '/api/trace',
    operation: 'readTrace',
    tag: 'trace',
    summary:
      'What is known of an SSCC, a pack or a lot, from the log, the ledger and EPCIS events, and what is not.',
    access: access.evidence,
    query: traceQuery,
    answer: json(traceAnswer),
  }),
};
