// Whether a pack was kept cold, from reports of the shipments that it was in (`coldgate report -o report.json`). The worst of them
// counts; a transport that nobody reports is not known of. Only a code comes out: no party, no place, no time.

import type { ColdState } from '../../ledger-sync/serials/pack-list.js';
import { identityOf } from '../authenticity/tag-identity.js';
import type { Report } from '../reports/report-schema.js';

export type ColdReport = Pick<Report, 'verdict'> & {
  readonly shipment: Pick<Report['shipment'], 'tags' | 'products'>;
  readonly custody: readonly { readonly event: string }[];
};

/** What a shipment is made of as far as packs go: those that are listed, else whole lots. */
function holds({ shipment: { tags, products } }: ColdReport, pack: Pack): boolean {
  const listed = tags.flatMap((tag) => {
    const identity = identityOf(tag);
    return identity.kind === 'item' && identity.gtin === pack.gtin ? [identity.serial] : [];
  });
  if (listed.length > 0) return listed.includes(pack.serial);
  return products.some(({ gtin, lot }) => gtin === pack.gtin && lot === pack.lot);
}

interface Pack {
  readonly gtin: string;
  readonly serial: string;
  readonly lot: string;
}

/** From the best to the worst. */
const byWeight: readonly ColdState[] = ['kept', 'excursion-released', 'holes', 'excursion', 'rejected'];

function stateOf({ verdict, custody }: ColdReport): ColdState {
  const has = (step: string) => custody.some(({ event }) => event === step);
  if (has('rejected')) return 'rejected';
  // What goes on may still get warm.
  if (verdict.reasons.includes('still-running')) return 'holes';
  if (verdict.state === 'EXCURSION') return has('released') ? 'excursion-released' : 'excursion';
  return verdict.state === 'OK' ? 'kept' : 'holes';
}

/** @param reports of all shipments that may have held the pack */
export function coldStateOf(pack: Pack, reports: readonly ColdReport[]): ColdState {
  const states = reports.filter((report) => holds(report, pack)).map(stateOf);
  return byWeight.findLast((state) => states.includes(state)) ?? 'no-record';
}
