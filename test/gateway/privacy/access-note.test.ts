// What leaves the journal stands in the log, also where nobody signs for it.

import { expect, test } from 'vitest';
import { accountAuthorisation } from '../../../gateway/accounts/account-authorisation.js';
import { RequestRows } from '../../../gateway/journal/request-rows.js';
import { ACCESS_NOTED, accessNoteHandler, noteAccess } from '../../../gateway/privacy/access-note.js';
import { recipientHandlers } from '../../../gateway/privacy/recipient-handlers.js';
import type { RequestHandler } from '../../../gateway/requests/request.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { staffedOffice } from '../accounts/account-office.js';
import { openTestLog } from '../test-log.js';

const note = {
  what: 'export',
  about: 'shipment SHIP-0001',
  format: 'bundle',
  sealedFor: ['quality-basel'],
  sha256: 'ab'.repeat(32),
  reader: 'root',
};

function decide(handler: RequestHandler, document: DetailDocument) {
  const { state, nowMs } = staffedOffice().office;
  const asked = { kind: handler.kind, document, authorization: undefined };
  const authorised = accountAuthorisation(asked, handler, state, nowMs);
  if (!authorised.ok) return authorised;
  const request = { id: 1, kind: handler.kind, document, createdAtMs: nowMs };
  return handler.handle(request, { actor: authorised.actor, state, nowMs });
}

test('a note needs no name, and becomes one record that says what left, for whom and to whom', () => {
  expect(decide(accessNoteHandler, note)).toMatchObject({
    ok: true,
    records: [{ subjectName: 'access', detail: { type: 'access', ...note } }],
    state: [],
  });
});

test('nothing else is taken without a name because of it', () => {
  for (const handler of recipientHandlers) {
    expect(decide(handler, { name: 'quality' })).toMatchObject({ ok: false, code: 'SIGN_IN_NEEDED' });
  }
});

test.each([
  ['no hash', { ...note, sha256: 'none' }],
  ['terminal codes', { ...note, reader: 'root\u001b[2J' }],
  ['more than it may say', { ...note, why: 'because' }],
])('a note with %s is refused', (_what, document) => {
  expect(decide(accessNoteHandler, document)).toMatchObject({ ok: false, code: 'ACCESS_NOTE_INVALID' });
});

test('a note waits in the journal until the gateway runs', () => {
  const log = openTestLog();
  log.close();
  noteAccess(log.path, note, 5);
  const rows = new RequestRows(log.path, 'reader');
  expect(rows.waiting(0, 10)).toMatchObject([{ kind: ACCESS_NOTED, document: JSON.stringify(note) }]);
  rows.close();
});
