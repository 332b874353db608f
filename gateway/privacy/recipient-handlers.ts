// The requests that say who may read: add, rotate, remove. Each is signed by an administrator and a record, so that the
// log tells who could read what was sealed when.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { RequestHandler, RequestOutcome } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { section } from '../shipments/shipment-fields.js';
import { readDocument, refusal } from '../shipments/shipment-request.js';
import {
  publicKey,
  type Recipient,
  readRecipient,
  readRecipients,
  recipientName,
  recipientRow,
  removedRow,
} from './recipient.js';

/** A sealed file has room for 64. */
const MAX_RECIPIENTS = 64;

const keyedSchema = section({ name: recipientName, publicKey });
const namedSchema = section({ name: recipientName });

function told(event: string, name: string, detail: DetailDocument, row: ReturnType<typeof recipientRow>) {
  const outcome: RequestOutcome = {
    ok: true,
    records: [
      {
        kind: recordKinds.operatorAction,
        subjectName: 'recipients',
        detail: { type: 'recipient', event, recipient: name, ...detail },
      },
    ],
    state: [row],
    answer: { recipient: name, event, ...detail },
  };
  return outcome;
}

const malformed = (no: RequestOutcome): RequestOutcome => ({
  ...no,
  ...(no.ok ? {} : { code: 'RECIPIENT_INVALID', hint: 'coldgate recipients --help' }),
});

const unknown = (name: string) =>
  refusal('RECIPIENT_UNKNOWN', `there is no recipient ${name}`, 'coldgate recipients list shows them');

/** One key, one name: else removing a name would leave its key able to read. */
const ownerOf = (all: readonly Recipient[], key: string) => all.find((one) => one.publicKey === key)?.name;

const add: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }) => {
  const asked = readDocument(keyedSchema, document);
  if (!asked.ok) return malformed(asked);
  const { name, publicKey: key } = asked.value;
  const all = readRecipients(state);
  const owner = readRecipient(state, name) ? name : ownerOf(all, key);
  if (owner !== undefined) {
    const hint = 'coldgate recipients rotate puts another key in its place';
    return refusal('RECIPIENT_EXISTS', `name or key belongs to recipient ${owner}`, hint);
  }
  if (all.length >= MAX_RECIPIENTS) {
    return refusal('RECIPIENTS_FULL', `there are ${MAX_RECIPIENTS} recipients`, 'remove one that has gone');
  }
  const recipient = { name, publicKey: key, sinceMs: nowMs, by: actor.name };
  return told('added', name, { publicKey: key }, recipientRow(recipient));
};

const rotate: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }) => {
  const asked = readDocument(keyedSchema, document);
  if (!asked.ok) return malformed(asked);
  const { name, publicKey: key } = asked.value;
  const before = readRecipient(state, name);
  if (!before) return unknown(name);
  const owner = ownerOf(readRecipients(state), key);
  if (owner !== undefined)
    return refusal('RECIPIENT_EXISTS', `the key belongs to recipient ${owner}`, 'make a new key');
  const row = recipientRow({ name, publicKey: key, sinceMs: nowMs, by: actor.name });
  return told('rotated', name, { publicKey: key, previousKey: before.publicKey }, row);
};

const remove: RequestHandler['handle'] = ({ document }, { state }) => {
  const asked = readDocument(namedSchema, document);
  if (!asked.ok) return malformed(asked);
  const { name } = asked.value;
  const before = readRecipient(state, name);
  if (!before) return unknown(name);
  return told('removed', name, { publicKey: before.publicKey }, removedRow(name));
};

export const recipientHandlers: readonly RequestHandler[] = (
  [
    ['recipient.add', add],
    ['recipient.rotate', rotate],
    ['recipient.remove', remove],
  ] as const
).map(([kind, handle]) => ({ kind, roles: ['administrator'], needsSignature: true, handle }));
