// The first act: a lot, and a shipment that goes as it should and pays by itself.

import { good, LOT, packEpc, packLabel, pallets, SERIALS } from './goods.js';
import { LotDesk } from './lot.js';
import type { Stage } from './stage.js';
import { must } from './story.js';
import { PRICE_WEI, Transport } from './transport.js';

interface Traced {
  readonly entries: readonly { readonly what: string; readonly source: string }[];
}

export const GOOD = 'SHIP-GOOD';
const packs = good.map(packEpc);

/** @returns the maker's desk, for what happens to the lot later */
export async function tellOfGoodShipment(stage: Stage): Promise<LotDesk> {
  const { story, truck, cast, config } = stage;
  story.chapter('A shipment that goes well');
  const desk = await LotDesk.commission(stage);
  story.tell(
    `The maker has put lot ${LOT} with ${SERIALS.length} packs on the ledger as one root; no serial stands there, and the truck has a signed list.`,
  );
  const transport = await Transport.agree(stage, GOOD, {
    loadUnits: [pallets.first.sscc],
    serials: good,
    disputeHours: 0,
  });
  story.tell(
    'Maker and carrier have signed an agreement, and the contract holds the price: one coin.',
    `/shipments/${GOOD}`,
  );
  await transport.step('arm');
  const loading = stage.size();
  truck.show(pallets.first.epc, ...packs);
  await story.until('the pallet is read while it is loaded', () =>
    stage.wasRead(pallets.first.epc, loading) ? true : undefined,
  );
  await story.until('a pack is judged', async () => {
    const { entries } = await story.json<Traced>('trace', packLabel(good[0]), '-c', config);
    return entries.some(({ what }) => what === 'tag-verified') ? true : undefined;
  });
  story.tell(
    'The reader at the doors has seen the pallet, and the packs are of the lot: verified.',
    `/trace?of=${encodeURIComponent(packLabel(good[0]))}`,
  );
  await transport.handOver('maker', 'carrier');
  await transport.step('depart');
  must((await transport.standing()).holder === cast.of('carrier'), 'the carrier holds the goods');
  story.tell(
    'Maker and driver have both signed the handover; the ledger says that the carrier holds the goods.',
  );
  const arrival = stage.size();
  await story.until('the pallet is read at the pharmacy', () =>
    stage.wasRead(pallets.first.epc, arrival) ? true : undefined,
  );
  await transport.handOver('carrier', 'pharmacy');
  await transport.step('deliver');
  // Exit code 0: everything is as ordered.
  await story.coldgate('shipment', 'inventory', GOOD, '-c', config);
  story.tell(
    'The pharmacy has signed for the goods, and the pallet that was ordered, loaded and unloaded is the same.',
  );
  const before = await cast.balance('carrier');
  await transport.claim();
  const { state, outS } = await transport.standing();
  must(
    state === 'released' && outS === 0,
    `the agreement is released with nothing outside, not ${state}, ${outS} s`,
  );
  await transport.act('other-pharmacy', 'withdraw', '--account', cast.of('carrier'));
  // It has paid for its own calls before; this one a stranger brought.
  const paid = (await cast.balance('carrier')) - before;
  must(
    paid > 0n && paid <= PRICE_WEI && PRICE_WEI - paid < PRICE_WEI / 100n,
    `the carrier has the price, not ${paid}`,
  );
  story.tell(
    "The truck's signed headers tell of no excursion, so the contract has paid: the carrier has its coin, and nobody was asked.",
    `/evidence?shipment=${GOOD}`,
  );
  return desk;
}
