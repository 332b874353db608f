// `access.note`: something about a shipment was taken out of the journal, and the log itself says what, for whom and by
// whom. Every door of the program notes; who can read the journal's file can go round all of them.

import * as z from 'zod';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { RequestRows } from '../journal/request-rows.js';
import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import { section, text } from '../shipments/shipment-fields.js';
import { readDocument } from '../shipments/shipment-request.js';

export const ACCESS_NOTED = 'access.note';

const noteSchema = section({
  /** Such as `export` or `report`. */
  what: text(64),
  /** Which records: a shipment, a window or a sequence, in words. */
  about: text(200),
  format: text(64),
  /** Recipients that it was sealed for; nobody where it is in the clear. */
  sealedFor: z.array(text(80)).max(64),
  /** Of the bytes that left, 64 hex digits. */
  sha256: hex(32),
  /** Account of the system or of the console. */
  reader: text(100),
});

export type AccessNote = z.infer<typeof noteSchema>;

const handle: RequestHandler['handle'] = ({ document }): RequestOutcome => {
  const asked = readDocument(noteSchema, document);
  if (!asked.ok) return { ...asked, code: 'ACCESS_NOTE_INVALID' };
  return {
    ok: true,
    records: [
      {
        kind: recordKinds.operatorAction,
        subjectName: 'access',
        detail: { type: 'access', ...asked.value },
      },
    ],
    state: [],
    answer: {},
  };
};

/** Anybody may say that something left: the note takes nothing and gives nothing. */
export const accessNoteHandler: RequestHandler = {
  kind: ACCESS_NOTED,
  roles: ['operator', 'quality', 'administrator', 'auditor'],
  needsSignature: false,
  handle,
};

/**
 * Leaves the note for the gateway role, which makes a record of it when it runs.
 * @throws JournalError where the journal cannot be written
 */
export function noteAccess(journalPath: string, note: AccessNote, nowMs: number): void {
  const rows = new RequestRows(journalPath, 'peer');
  try {
    rows.add(ACCESS_NOTED, JSON.stringify(note), undefined, nowMs);
  } finally {
    rows.close();
  }
}
