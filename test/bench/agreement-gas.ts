// Gas that each step of an agreement costs, read from receipts of a local chain. Gas does not depend on the machine.
import {
  encodeBatch,
  encodeContradict,
  encodeWithdraw,
} from '../../ledger-sync/shipments/agreement-calls.js';
import { startAnvil } from '../ledger-sync/anvil.js';
import { AgreementRig, DAY, zeroAddress } from '../ledger-sync/contracts/agreement-rig.js';
import { Transport } from '../ledger-sync/contracts/transport.js';

/** Ten minutes each: a day. */
const HEADERS_OF_A_DAY = 144;
const RELAYED = 20;

/** Gas by step. */
export async function agreementFigures(): Promise<Map<string, number>> {
  const anvil = await startAnvil();
  try {
    return await measure(await AgreementRig.deploy(anvil));
  } finally {
    await anvil.stop();
  }
}

async function measure(rig: AgreementRig): Promise<Map<string, number>> {
  const figures = new Map<string, number>();
  const note = (name: string, { gasUsed }: { gasUsed: bigint }) => figures.set(name, Number(gasUsed));

  // An account's first credit is dearer than later ones: here all have had one.
  const first = await Transport.delivered(rig, { disputeS: 0 }, (one) => one.driveCutting(60, 9000));
  await first.claim();

  const transport = await Transport.created(rig);
  const { terms } = transport;
  note('create', await rig.create(await rig.terms(transport.gateway)));
  note('fund in coins', await rig.fund(terms));
  transport.drive(5);
  transport.cut();
  note('first handover', await transport.hand('carrier'));
  transport.driveCutting(60);
  note('handover on the way', await transport.hand('payee'));
  note('delivery', await transport.hand('receiver'));
  transport.drive(1);
  transport.cut();
  await rig.anchorHeaders(transport.gateway);
  note('claim over 8 headers', await transport.claim());
  note('dispute', await transport.dispute('payer'));
  note('ruling', await transport.rule(3600));
  note('withdrawal in coins', await rig.send(encodeWithdraw(zeroAddress, terms.payee)));

  const day = await Transport.delivered(rig, { deliverBy: (await rig.now()) + 2 * DAY }, (one) =>
    one.driveCutting((HEADERS_OF_A_DAY - 8) * 10),
  );
  note(`claim over ${day.headers.length} headers`, await day.claim());
  await rig.pass(DAY + 1);
  note('settlement', await day.plain('settle'));

  const instant = await Transport.delivered(rig, { disputeS: 0 });
  note('claim that settles at once', await instant.claim());

  const lied = await Transport.delivered(rig, { allowedOutS: 0 }, (one) => {
    one.drive(60, 9000);
    one.cut({ minCentiC: 500, maxCentiC: 500 });
  });
  await lied.claim();
  const readings = Array.from({ length: 30 }, (_, index) => lied.proven(65 + index));
  const newest = lied.headers.slice(-1);
  const one = await rig.send(encodeContradict(lied.terms, newest, readings.slice(0, 1)));
  const thirty = await rig.send(encodeContradict(lied.terms, newest, readings));
  note('contradiction by one reading', one);
  figures.set('each further reading', Math.ceil((Number(thirty.gasUsed) - Number(one.gasUsed)) / 29));

  const stuck = await Transport.armed(rig);
  await rig.pass(DAY);
  note('refund', await stuck.plain('refund'));

  figures.set(`each of ${RELAYED} relayed handovers`, await relayedHandover(rig));
  return figures;
}

async function relayedHandover(rig: AgreementRig): Promise<number> {
  const calls = [];
  for (let count = 0; count < RELAYED; count += 1) {
    const transport = await Transport.moving(rig);
    transport.drive(10);
    await transport.catchUp();
    const deadline = transport.terms.deliverBy;
    const data = transport.handoverData(transport.nextHandover('payee', { deadline }), 'carrier', 'payee');
    calls.push({ data, gasLimit: 150_000n });
  }
  const transaction = await rig.send(encodeBatch(calls));
  const done = rig.events(transaction).filter(({ name }) => name === 'HandedOver').length;
  if (done !== RELAYED) throw new Error(`${done} of ${RELAYED} handovers were taken`);
  return Math.ceil(Number(transaction.gasUsed) / RELAYED);
}
