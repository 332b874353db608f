// The audit trail: what was done, to what, when and by whom. Each entry's place and words are proven before it is shown.

import * as z from 'zod';
import { count, freeText, nextPage, pageFrom, pageSize, queryMs, unixMs } from './fields.js';
import { access, json, route } from './route.js';

export const auditEntry = z.strictObject({
  sequence: count,
  observedAtMs: unixMs,
  /** What the gateway's clock said then, where a later record says that it was wrong; else null. */
  recordedAtMs: unixMs.nullable(),
  /** Such as `excursion`, or `kind-N`. */
  kind: z.string(),
  /** What the detail calls itself, such as `alert-signed`. */
  type: freeText.nullable(),
  /** null: erased. */
  subject: freeText.nullable(),
  shipment: freeText.nullable(),
  by: z
    .strictObject({
      name: freeText,
      printedName: freeText.nullable(),
      role: freeText.nullable(),
      isSigned: z.boolean(),
    })
    .nullable(),
  /** `missing`: it was erased, and the log still proves that it was there. null: it never had one. */
  detail: z.union([z.record(z.string(), z.json()), z.literal('missing')]).nullable(),
  /** What is wrong with it; null: its place and words are what was signed. */
  broken: freeText.nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditQuery = z.strictObject({
  /** Names of kinds or types, separated by commas. */
  kinds: z.string().max(500).optional(),
  subject: z.string().max(300).optional(),
  actor: z.string().max(64).optional(),
  shipment: z.string().max(64).optional(),
  fromMs: queryMs.optional(),
  toMs: queryMs.optional(),
  pageFrom,
  pageSize,
});

export const auditPage = z.strictObject({
  /** The newest first. */
  entries: z.array(auditEntry),
  nextPage,
  /** The signed head under which the entries were proven. */
  checkpoint: z.strictObject({ size: count, root: z.string(), atMs: unixMs }).nullable(),
});
export type AuditPage = z.infer<typeof auditPage>;

export const auditRoutes = {
  list: route({
    method: 'GET',
    path: '/api/audit',
    operation: 'readAudit',
    tag: 'audit',
    summary: 'The audit trail, the newest first.',
    access: access.audit,
    query: auditQuery,
    answer: json(auditPage),
  }),
};
