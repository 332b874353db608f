// `shipment.hand-over`: goods pass to the next holder. Giver and taker have signed the same words (PROTOCOL.md, agreements);
// the record keeps handover and signatures, so the log and the ledger tell of one event by one hash. The custody document
// itself, with names and places, stays with the two.

import * as z from 'zod';
import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import {
  type HandoverFile,
  parseHandoverFile,
  signersOf,
} from '../../ledger-sync/shipments/handover-file.js';
import type { RequestHandler, RequestOutcome, StateView } from '../requests/request.js';
import { section } from './shipment-fields.js';
import { shipmentId } from './shipment-order.js';
import {
  done,
  findShipment,
  type Refusal,
  readDocument,
  refusal,
  shipmentHandler,
} from './shipment-request.js';
import { isRunning } from './shipment-states.js';

const askedSchema = section({ id: shipmentId, file: z.record(z.string(), z.json()) });

const heldSchema = z.strictObject({ agreement: z.string(), step: z.int(), holder: z.string() });

/** Who holds a shipment, as this gateway has recorded it. */
export type Custody = z.infer<typeof heldSchema>;

const keyOf = (id: string) => `custody/${id}`;

/** The last handover of a shipment; undefined before the first. A row that cannot be read is none. */
export function readCustody(state: StateView, id: string): Custody | undefined {
  const row = state.get(keyOf(id));
  return row === undefined ? undefined : heldSchema.safeParse(parseJson(row)).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readFile(told: unknown): { readonly ok: true; readonly file: HandoverFile } | Refusal {
  try {
    return { ok: true, file: parseHandoverFile(JSON.stringify(told)) };
  } catch (error) {
    if (!(error instanceof LedgerError || error instanceof EvidenceError)) throw error;
    return refusal('HANDOVER_INVALID', error.message, 'let the giver make it anew: coldgate custody give');
  }
}

/** Why a handover does not follow the one before it. */
function outOfOrder({ handover }: HandoverFile, before: Custody | undefined): Refusal | undefined {
  if (!before) return undefined;
  const isNext =
    handover.agreement === before.agreement &&
    handover.step === before.step + 1 &&
    handover.from === before.holder;
  if (isNext) return undefined;
  const reason = `handover ${handover.step} by ${handover.from} does not follow handover ${before.step} to ${before.holder}`;
  return refusal(
    'HANDOVER_OUT_OF_ORDER',
    reason,
    'whoever holds the goods gives them: coldgate custody give',
  );
}

const handle: RequestHandler['handle'] = ({ document }, { state }): RequestOutcome => {
  const asked = readDocument(askedSchema, document);
  if (!asked.ok) return asked;
  const { id } = asked.value;
  const found = findShipment(state, id);
  if (!found.ok) return found;
  const shipment = found.value;
  if (!isRunning(shipment.state) && shipment.state !== 'delivered') {
    const hint = 'goods change hands from arming to delivery';
    return refusal('STEP_OUT_OF_ORDER', `shipment ${id} is ${shipment.state}`, hint);
  }
  const read = readFile(asked.value.file);
  if (!read.ok) return read;
  const { file } = read;
  if (file.document.shipment !== id) {
    return refusal('HANDOVER_INVALID', `the custody document is not of shipment ${id}`, 'check the file');
  }
  const { giver, taker } = signersOf(file);
  if (!giver || !taker) {
    const missing = giver ? 'the taker' : 'the giver';
    const hint = 'each signs with the key that the handover names: coldgate custody take';
    return refusal('HANDOVER_NOT_SIGNED', `${missing} has not signed`, hint);
  }
  const obstacle = outOfOrder(file, readCustody(state, id));
  if (obstacle) return obstacle;
  const { handover, signatures, chainId, contract } = file;
  const outcome = done(
    shipment,
    'handed-over',
    { chainId, contract, handover: { ...handover }, signatures: { ...signatures } },
    { step: handover.step, holder: handover.to },
  );
  if (!outcome.ok) return outcome;
  const held: Custody = { agreement: handover.agreement, step: handover.step, holder: handover.to };
  return { ...outcome, state: [...outcome.state, [keyOf(id), JSON.stringify(held)]] };
};

export const handOverHandler: RequestHandler = shipmentHandler({
  kind: 'shipment.hand-over',
  roles: ['operator', 'quality'],
  needsSignature: false,
  handle,
});
