// What all requests about alerts share: the document is read strictly, the alert is found, and what is done becomes one
// record, one row and one answer.

import type * as z from 'zod';
import type { RequestContext, RequestHandler, RequestOutcome, Role } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { text } from '../shipments/shipment-fields.js';
import { type Refusal, readDocument, refusal } from '../shipments/shipment-request.js';
import { type Alert, alertRow, readAlert, withStep } from './alert.js';
import { AlertError } from './alert-error.js';
import { alertRecord } from './alert-record.js';

/** Names of probes and the moment at which it began. */
export const alertId = text(300, 'id: cargo-front-3-123456-8000-0');
export const reason = text(1000, 'why: door open while loading');

/** One that the alert's state does not allow. */
export function outOfOrder({ id, state }: Alert, step: string): Refusal {
  const next: Record<Alert['state'], string> = {
    open: `coldgate alerts ack ${id}`,
    acknowledged: `coldgate alerts assess ${id}`,
    assessed: `coldgate alerts sign ${id}`,
    closed: 'it opens again by itself when there is more evidence',
  };
  return refusal('STEP_OUT_OF_ORDER', `alert ${id} is ${state}; it cannot be ${step} now`, next[state]);
}

interface AlertRequest<Asked> {
  readonly kind: string;
  readonly roles: readonly Role[];
  readonly needsSignature: boolean;
  readonly schema: z.ZodType<Asked>;
  readonly handle: (alert: Alert, asked: Asked, context: RequestContext) => RequestOutcome;
}

/** A handler that refuses instead of throwing when the kept alert cannot be read. */
export function alertHandler<Asked extends { readonly id: string }>({
  kind,
  roles,
  needsSignature,
  schema,
  handle,
}: AlertRequest<Asked>): RequestHandler {
  return {
    kind,
    roles,
    needsSignature,
    handle: ({ document }, context) => {
      const asked = readDocument(schema, document);
      if (!asked.ok) return { ...asked, code: 'ALERT_REQUEST_INVALID', hint: 'coldgate alerts --help' };
      const { id } = asked.value;
      try {
        const alert = readAlert(context.state, id);
        if (alert) return handle(alert, asked.value, context);
        return refusal('ALERT_UNKNOWN', `there is no alert ${id}`, 'coldgate alerts list shows them');
      } catch (error) {
        if (error instanceof AlertError) return refusal(error.code, error.message, error.hint);
        throw error;
      }
    },
  };
}

/** What a person did to the alert: a step in its history, a record, an answer. */
export function done(
  alert: Alert,
  step: { readonly action: 'acknowledged' | 'assessed' | 'signed'; readonly why: string | undefined },
  detail: DetailDocument,
  { actor, nowMs }: RequestContext,
): RequestOutcome {
  const { action, why } = step;
  const told = why === undefined ? {} : { why };
  const after = withStep(alert, { atMs: nowMs, by: actor.name, action, ...told });
  return {
    ok: true,
    records: [alertRecord(after, `alert-${action}`, { ...detail, ...told })],
    state: [alertRow(after)],
    answer: { alert: alert.id, state: after.state, ...detail },
  };
}
