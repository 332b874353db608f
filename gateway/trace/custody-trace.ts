// What the contract of agreements says of the subject: who held the goods of its shipments and when, and how they were paid for.
// Parties are addresses there; names and places are in the files of the two alone.

import { type AgreementEvent, agreementStates } from '../../ledger-sync/shipments/agreement-contract.js';
import type { TraceEntry } from './trace-entry.js';

/** An agreement that the log tells of, by a handover that both have signed. */
export interface TracedAgreement {
  /** 32 bytes, 0x hex. */
  readonly id: string;
  readonly chainId: number;
  readonly contract: string;
  readonly shipment: string;
}

type Said = Pick<TraceEntry, 'what' | 'words'>;

const S_PER_MINUTE = 60;
const MS_PER_S = 1000;
const minutes = (seconds: string | undefined) => `${Math.ceil(Number(seconds) / S_PER_MINUTE)} min`;

const sayings: Readonly<Record<string, (values: AgreementEvent['values']) => Said>> = {
  Created: ({ payer, payee, gateway }) => ({
    what: 'agreement-made',
    words: `agreement made: ${payer} pays ${payee} by the log of ${gateway}`,
  }),
  Funded: ({ by, price }) => ({ what: 'agreement-funded', words: `${price} held, paid in by ${by}` }),
  HandedOver: ({ from, to, step, size, atS }) => ({
    what: 'custody',
    words: `handover ${step}: ${from} gave the goods to ${to} at ${new Date(Number(atS) * MS_PER_S).toISOString()}, record ${size} of the log`,
  }),
  Entered: ({ state }) => {
    const name = agreementStates[Number(state)] ?? `state ${state}`;
    return { what: `agreement-${name}`, words: `agreement is ${name}` };
  },
  Claimed: ({ seq, outS }) => ({
    what: 'agreement-claimed',
    words: `headers up to ${seq} shown: ${minutes(outS)} outside`,
  }),
  Contradicted: ({ outS }) => ({
    what: 'agreement-contradicted',
    words: `readings shown against it: ${minutes(outS)} outside`,
  }),
  Contested: ({ by }) => ({ what: 'agreement-contested', words: `disputed by ${by}` }),
  Ruled: ({ outS }) => ({ what: 'agreement-ruled', words: `quality ruled: ${minutes(outS)} count` }),
  Settled: ({ outS, payment }) => ({
    what: 'agreement-settled',
    words: `settled: ${payment} paid, ${minutes(outS)} outside`,
  }),
};

/** Credits and withdrawals are about accounts, not about goods. */
export function custodyEntries(events: readonly AgreementEvent[], shipment: string): TraceEntry[] {
  return events.flatMap(({ name, values, atMs, blockNumber, transactionHash }) => {
    const said = sayings[name]?.(values);
    return said ? [{ atMs, source: 'ledger' as const, ...said, blockNumber, transactionHash, shipment }] : [];
  });
}
