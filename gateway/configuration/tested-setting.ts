// `configuration.tested`: the console has tried a setting out for somebody, before it was saved. A note, not a decision: no
// right hangs on it, so it needs no signature; the record says that the console told it. What leaves the machine towards a
// device, a broker or a ledger stands in the log, whether or not anything is saved.

import * as z from 'zod';
import { accountName, roles } from '../accounts/account.js';
import { readDocument, refusal } from '../accounts/account-request.js';
import type { RequestHandler } from '../requests/request.js';
import { section, text } from '../shipments/shipment-fields.js';
import { configurationRecord } from './configuration-record.js';

export const TESTED_SETTING = 'configuration.tested';

const testedSchema = section({
  /** Who asked the console for it, by its session. */
  account: accountName,
  subject: text(200),
  isOk: z.boolean('true or false'),
  code: text(64),
  message: text(300),
});

export const testedSettingHandler: RequestHandler = {
  kind: TESTED_SETTING,
  roles,
  needsSignature: false,
  handle: ({ document }, { actor }) => {
    if (actor.isSigned) return refusal('TEST_SIGNED', 'a test is told by the console', 'ask without a name');
    const asked = readDocument(testedSchema, document);
    if (!asked.ok) return { ...asked, code: 'CONFIGURATION_REQUEST_INVALID' };
    return {
      ok: true,
      records: [configurationRecord('tested', { ...asked.value, via: 'console' })],
      state: [],
      answer: {},
    };
  },
};
