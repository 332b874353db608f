// A shipment in lines for a person. Names come from people and labels: nothing in them may command the terminal.

import { printable } from '../../ledger-sync/evidence/printable.js';
import type { RangeDispute, Shipment } from './shipment.js';
import { rangeOfProfile, rangeText } from './transport-range.js';

const wide = (label: string) => label.padEnd(12);

function disputeLines({ label, order, settled, confirmations }: RangeDispute): string[] {
  const papers = `order ${rangeText(order)}${label ? `, label ${rangeText(label)}` : ''}`;
  const verdict = settled === undefined ? 'two persons must confirm which holds' : `the ${settled} holds`;
  return [
    `${wide('papers')}${papers}: ${verdict}`,
    ...confirmations.map(
      ({ by, role, range, atMs }) =>
        `${wide('')}${range} confirmed by ${printable(by)} (${role}) at ${new Date(atMs).toISOString()}`,
    ),
  ];
}

/** One screen on one shipment. */
export function shipmentLines(shipment: Shipment): string[] {
  const { id, state, profile, probes, tags, sscc, products, dispute, history } = shipment;
  return [
    `${wide('shipment')}${id}: ${state}`,
    `${wide('profile')}${profile.name} ${printable(profile.version)}, sha-256 ${profile.hash}`,
    `${wide('range')}${rangeText(rangeOfProfile(profile))}`,
    ...(dispute ? disputeLines(dispute) : []),
    `${wide('probes')}${probes.join(', ')}`,
    ...(sscc === undefined ? [] : [`${wide('label')}SSCC ${sscc}`]),
    ...tags.map((tag) => `${wide('tag')}${tag}`),
    ...products.map(({ gtin, lot }) => `${wide('product')}GTIN ${gtin}, lot ${lot}`),
    `${wide('consignor')}${printable(shipment.consignor)}`,
    `${wide('consignee')}${printable(shipment.consignee)}`,
    `${wide('carrier')}${printable(shipment.carrier)}`,
    ...history.map(
      (step) => `${wide(new Date(step.atMs).toISOString())}  ${step.state} by ${printable(step.by)}`,
    ),
  ];
}

/** One line on one shipment. */
export function shipmentLine({ id, state, profile, probes }: Shipment): string {
  return `${id}  ${state}  ${profile.name} ${printable(profile.version)}  probes ${probes.join(', ')}`;
}
