// The second act: the goods get warm, a pallet stays behind, and the two sides do not agree what it means. The inspector reads what
// was sealed for them alone, and has the last word.

import type { Alert } from '../../reviews/alert.js';
import { packEpc, pallets, warm } from './goods.js';
import type { Stage } from './stage.js';
import { must } from './story.js';
import { BOND_WEI, PRICE_WEI, type Standing, Transport } from './transport.js';

export const WARM = 'SHIP-WARM';
const WARM_MILLI_C = 11_500;
const COLD_MILLI_C = 5_000;
const LIMIT_MILLI_C = 8_000;
/** Each good reading stands for at most a minute of the agreement: with these two minutes count. */
const WARM_READINGS = 3;

export async function tellOfDisputedShipment(stage: Stage): Promise<void> {
  const { story, truck } = stage;
  story.chapter('A shipment that gets warm');
  const loadUnits = [pallets.second.sscc, pallets.absent.sscc];
  const transport = await Transport.agree(stage, WARM, { loadUnits, serials: warm, disputeHours: 1 });
  await transport.step('arm');
  const loading = stage.size();
  truck.show(pallets.second.epc, ...warm.map(packEpc));
  await story.until('the pallet is read', () =>
    stage.wasRead(pallets.second.epc, loading) ? true : undefined,
  );
  await transport.handOver('maker', 'carrier');
  await transport.step('depart');
  const missing = await story.until('the missing pallet is an alert', () =>
    alertOf(stage, ({ source }) => source === 'inventory'),
  );
  must(
    missing.matter.missing === pallets.absent.sscc,
    'the pallet that was left behind is the one that is missing',
  );
  story.tell(
    'Two pallets were ordered and no reader saw the second one anywhere: the departure has made an alert of it.',
    `/alerts/${missing.id}`,
  );

  const warming = stage.size();
  truck.feel(WARM_MILLI_C);
  const excursion = await story.until('the excursion is an alert', () =>
    alertOf(stage, ({ source }) => source === 'excursion'),
  );
  await story.until('some readings in the warm', () =>
    stage.readingsAbove(LIMIT_MILLI_C, warming) >= WARM_READINGS ? true : undefined,
  );
  truck.feel(COLD_MILLI_C);
  await story.until('the excursion is over', () =>
    alertOf(stage, ({ id, isOngoing }) => id === excursion.id && !isOngoing),
  );
  story.tell(
    'The goods were at 11.5 degrees, and are cold again: an excursion, recorded and told.',
    `/alerts/${excursion.id}`,
  );
  const arrival = stage.size();
  await story.until('the pallet is read at the pharmacy', () =>
    stage.wasRead(pallets.second.epc, arrival) ? true : undefined,
  );
  await transport.handOver('carrier', 'pharmacy');
  await transport.step('deliver');
  await transport.claim();
  const claimed = await transport.standing();
  must(claimed.state === 'under-review' && (claimed.outS ?? 0) > 0, 'the headers show that it was warm');
  story.tell(
    `The truck's own headers speak against the carrier: ${claimed.outS} seconds count so far.`,
    `/shipments/${WARM}`,
  );
  await settle(stage, transport, claimed);
}

async function settle(stage: Stage, transport: Transport, claimed: Standing): Promise<void> {
  const { story, config, file, cast, ledger } = stage;
  const bundle = file('bundle.json');
  await transport.anchored();
  await story.coldgate('export', '--shipment', WARM, '-c', config, '-o', bundle);
  await transport.contradict(bundle);
  const shown = await transport.standing();
  must((shown.outS ?? 0) > (claimed.outS ?? 0), 'the readings count for more than the headers');
  story.tell(`The maker shows single readings to the contract: ${shown.outS} seconds now.`);
  await transport.act('carrier', 'dispute');
  must((await transport.standing()).state === 'disputed', 'the carrier disputes it');
  story.tell('The carrier disputes that, with a bond.');

  const { publicKey } = await story.json<{ publicKey: string }>('recipients', 'key', file('inspector.key'));
  const sealed = file('bundle.sealed');
  await story.coldgate('export', '--shipment', WARM, '--for', publicKey, '-c', config, '-o', sealed);
  await story.coldgate('recipients', 'key', file('carrier.key'));
  await story.refused(
    /NOT_FOR_THIS_KEY/,
    'open',
    sealed,
    '--key',
    file('carrier.key'),
    '-o',
    file('not-opened.json'),
  );
  await story.coldgate('open', sealed, '--key', file('inspector.key'), '-o', file('opened.json'));
  await story.coldgate('verify', file('opened.json'), '--rpc', ledger.rpcUrl);
  story.tell(
    'The inspector alone can open the evidence, and it is proven on the ledger: nothing was changed or left out.',
    `/evidence?shipment=${WARM}`,
  );
  await story.coldgate('report', WARM, '-c', config, '-o', file('report.pdf'));
  await transport.act('inspector', 'rule', '--out-minutes', '1', '--document', file('report.pdf'));
  const { state, credits } = await transport.standing();
  const share = PRICE_WEI / 10n;
  must(state === 'released', `the ruling settles it, not ${state}`);
  must(BigInt(credits.payer) === share, 'the maker gets a tenth of the price back');
  must(BigInt(credits.payee) === PRICE_WEI - share + BOND_WEI, 'the carrier gets the rest and its bond');
  must((await transport.standing()).holder === cast.of('pharmacy'), 'the pharmacy holds the goods');
  story.tell(
    'The inspector has ruled that one minute counts, founded on the report: the maker gets a tenth back, the carrier the rest and its bond.',
  );
}

function alertOf({ alerts }: Stage, isMeant: (alert: Alert) => boolean): Alert | undefined {
  return alerts().find((alert) => alert.shipment === WARM && isMeant(alert));
}
