// Payloads of exchanges: headers and what a ledger says of them, receipts, commands with their replies, requests with their
// answers. What others send is strict where it is signed: a field that is not understood must not be obeyed by halves.

import * as z from 'zod';
import { prefixedHex } from '../../ledger-sync/evidence/hex-field.js';
import { commandMessage } from '../commands/signed-command.js';
import { reportMessage } from '../fleet/configuration-report.js';
import { refusalMessage } from '../fleet/enrol-refusal.js';
import { enrolMessage } from '../fleet/enrol-request.js';
import { configurationMessage } from '../fleet/fleet-configuration.js';
import { receiptMessage } from '../publish/receipts.js';
import { requestMessage } from '../publish/remote-requests.js';
import { anchoredMessage } from '../relay/anchored-message.js';
import { headerMessage } from '../relay/header-message.js';
import { anyObject, count, text, version } from './contract-fields.js';

/** What a gateway says beside what is signed. */
const header = headerMessage.extend({
  seq: count('of the header: 1, 2, 3 ... for one contract'),
  size: count('records of the log that it covers'),
});

export const newHeader = header.loose();

export const batch = header
  .extend({
    state: z.enum(['signed', 'sent', 'included', 'safe', 'finalized']),
    transactionHash: prefixedHex(32).exactOptional(),
    blockNumber: count('of the block that took it').exactOptional(),
  })
  .loose();

export const anchored = anchoredMessage.loose();

export const receipt = receiptMessage;
export const command = commandMessage;
export const request = requestMessage;

export const enrol = enrolMessage.loose();
export const enrolRefused = refusalMessage;
export const configuration = configurationMessage;
export const configurationReport = reportMessage.loose();

const id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .meta({ description: 'that was chosen by whoever asked' });

const refused = {
  ok: z.literal(false),
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .meta({ description: 'for programs' }),
  reason: text('for people'),
  hint: text('what can be done'),
  sequence: count('record of the refusal, where there is one').exactOptional(),
};

export const reply = z.discriminatedUnion('ok', [
  z.looseObject({
    version,
    id,
    command: text('which one'),
    ok: z.literal(true),
    result: z.json().meta({ description: 'what the command gives; null if nothing' }),
    sequence: count('record of the command'),
  }),
  z.looseObject({ version, id, command: text('which one'), ...refused }),
]);

export const answer = z.discriminatedUnion('ok', [
  z.looseObject({
    version,
    id,
    ok: z.literal(true),
    answer: anyObject('what the request gives'),
    sequence: count('its first record'),
  }),
  z.looseObject({ version, id, ...refused }),
]);
