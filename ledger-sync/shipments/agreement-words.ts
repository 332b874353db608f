// An agreement in lines for a person. Times are ISO 8601.

import type { AgreementEvent, AgreementStanding } from './agreement-contract.js';
import type { AgreementFile } from './agreement-file.js';

const MS_PER_S = 1000;
const S_PER_MINUTE = 60;
const MILLI_PER_UNIT = 1000;
const BPS_PER_PERCENT = 100;
const NOBODY = `0x${'00'.repeat(20)}`;

const wide = (label: string) => label.padEnd(11);
const timeOf = (unixS: number) => new Date(unixS * MS_PER_S).toISOString();
const minutesOf = (seconds: number) => `${Math.ceil(seconds / S_PER_MINUTE)} min`;

/** What the terms mean. */
export function termsLines({ terms }: Pick<AgreementFile, 'terms'>): string[] {
  const unit = terms.asset === NOBODY ? "of the chain's smallest coin" : `of token ${terms.asset}`;
  const loss = terms.lossPerMinuteBps / BPS_PER_PERCENT;
  return [
    `${wide('price')}${terms.price} ${unit}, bond of a dispute ${terms.bond}`,
    `${wide('payer')}${terms.payer}`,
    `${wide('payee')}${terms.payee}`,
    `${wide('way')}${terms.consignor} to ${terms.receiver}`,
    `${wide('quality')}${terms.quality === NOBODY ? 'nobody rules' : terms.quality}`,
    `${wide('gateway')}${terms.gateway} at ${terms.anchor}`,
    `${wide('range')}${terms.minMilliC / MILLI_PER_UNIT} to ${terms.maxMilliC / MILLI_PER_UNIT} degC`,
    `${wide('outside')}${minutesOf(terms.allowedOutS)} free, then ${loss} % a minute, nothing from ${minutesOf(terms.rejectOutS)} on`,
    `${wide('times')}start by ${timeOf(terms.startBy)}, deliver by ${timeOf(terms.deliverBy)}`,
  ];
}

/** Where it stands, and what time ends. */
export function standingLines(
  standing: AgreementStanding,
  { terms }: Pick<AgreementFile, 'terms'>,
): string[] {
  const { state, holder, steps, outS, until } = standing;
  const ends: Partial<Record<AgreementStanding['state'], string>> = {
    created: `to be paid in by ${timeOf(terms.startBy)}`,
    armed: `refund after ${timeOf(terms.startBy)}`,
    'in-transit': `refund after ${timeOf(terms.deliverBy)}`,
    delivered: `headers by ${timeOf(until)}, else refund`,
    'under-review': `objections by ${timeOf(until)}, then it settles`,
    disputed: `by the ${standing.isByPayee ? 'payee' : 'payer'}; ruling by ${timeOf(until)}`,
  };
  const end = ends[state];
  return [
    `${wide('state')}${state}${end === undefined ? '' : `: ${end}`}`,
    `${wide('holder')}${holder}, after ${steps} handovers`,
    ...(outS === undefined ? [] : [`${wide('outside')}${minutesOf(outS)} count`]),
  ];
}

/** One line on what happened. */
export function eventLine({ name, blockNumber, values }: AgreementEvent): string {
  const told = Object.entries(values).filter(([key]) => key !== 'id');
  return `block ${blockNumber}  ${name}  ${told.map(([key, value]) => `${key} ${value}`).join(', ')}`;
}
