// What all requests about accounts share: strict reading that never repeats a value, refusals, and one record for what
// is done. A record tells who got which rights by which key; of what is secret it holds nothing.

import type * as z from 'zod';
import { pathText } from '../../config/finding.js';
import { printable } from '../../ledger-sync/evidence/printable.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { refusingHandler } from '../requests/refusing-handler.js';
import type { RequestHandler, RequestOutcome, StateChange, StateView } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { text } from '../shipments/shipment-fields.js';
import { type Account, readAccount } from './account.js';
import { AccountError } from './account-error.js';

export type Refusal = Extract<RequestOutcome, { ok: false }>;

/** Why a right was changed, in the words of whoever changed it. */
export const reasonField = text(1_000, 'reason: left the company').exactOptional();

/** A no, as a value. */
export function refusal(code: string, reason: string, hint: string): Refusal {
  return { ok: false, code, reason: printable(reason), hint };
}

/** The document as its schema gives it. Says where it is wrong, never what stood there: it may be a secret. */
export function readDocument<Schema extends z.core.$ZodType>(
  schema: Schema & z.ZodType<z.output<Schema>>,
  document: DetailDocument,
): { readonly ok: true; readonly value: z.output<Schema> } | Refusal {
  const result = schema.safeParse(document);
  if (result.success) return { ok: true, value: result.data };
  const reasons = result.error.issues.map(({ path, message }) => {
    const [allowed = ''] = message.split('\n');
    return `${pathText(path.map((key) => (typeof key === 'symbol' ? '' : key))) || 'document'}: ${allowed}`;
  });
  return refusal('ACCOUNT_INVALID', reasons.join('; '), 'mend it and ask again');
}

/** The account of a request, or why there is none. @throws AccountError */
export function findAccount(
  state: StateView,
  name: string,
): { readonly ok: true; readonly value: Account } | Refusal {
  const account = readAccount(state, name);
  if (account) return { ok: true, value: account };
  return refusal('ACCOUNT_UNKNOWN', `there is no account ${name}`, 'coldgate users list shows them');
}

/** One record about an account, its rows, and the answer. */
export function done(
  account: string,
  event: string,
  detail: DetailDocument,
  state: readonly StateChange[],
  answer: DetailDocument = {},
): RequestOutcome {
  return {
    ok: true,
    records: [
      {
        kind: recordKinds.operatorAction,
        subjectName: account,
        isSalted: true,
        detail: { type: 'account', event, account, ...detail },
      },
    ],
    state,
    answer: { account, ...answer },
  };
}

/** A handler that refuses instead of throwing when a kept account cannot be read. */
export function accountHandler(handler: RequestHandler): RequestHandler {
  return refusingHandler(handler, (error) =>
    error instanceof AccountError ? refusal(error.code, error.message, error.hint) : undefined,
  );
}
