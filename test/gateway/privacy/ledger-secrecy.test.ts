// Everything that an agreement, a lot and a trial leave on a ledger, in the hands of an attacker who runs a node, knows every
// serial, product, party, place, person and document there is, and lacks the salts. Beside it the same attack on the same
// three without salts: it must succeed there, or it would prove nothing here.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeEpc } from '../../../firmware-bridge/epc/epc.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, startAnvil } from '../../ledger-sync/anvil.js';
import { AgreementRig, states } from '../../ledger-sync/contracts/agreement-rig.js';
import { SerialsRig } from '../../ledger-sync/serials/serials-rig.js';
import { TrialRig } from '../../ledger-sync/trials/trial-rig.js';
import { chainContents } from './chain-contents.js';
import { type Dictionary, dictionaryAttack } from './dictionary-attack.js';
import { documentWord, packWords, sgtin96, textWord, unitWord } from './known-words.js';
import {
  documents,
  goods,
  playAgreement,
  playCarelessAgreement,
  playLot,
  playTrial,
  shipment,
  study,
} from './ledger-stories.js';

const COMPANY_DIGITS = 7;
const LIMIT_MS = 120_000;
let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil.stop());

const packs = goods.serials.map((serial) => ({ ...goods, serial }));
const { consignor, consignee, carrier, driver } = shipment.document;
const names = [
  ...[consignor, consignee, carrier, driver, 'Quinn Example', 'Pat Example', ...shipment.places],
  ...[shipment.id, shipment.probe, study.trial, study.subject, study.kit, study.recipient, study.file],
  ...[study.form.title, study.form.edition, shipment.paper, study.sheet],
];

test('the attacker writes tags as readers read them', () => {
  const [pack] = packs;
  const epc = sgtin96('9521141', '012345', pack?.serial ?? '');
  const urn = `urn:epc:id:sgtin:9521141.012345.${pack?.serial}`;
  expect(JSON.stringify(decodeEpc(epc))).toContain(urn);
  expect(JSON.stringify(decodeEpc(goods.unitEpc))).toContain('urn:epc:id:sscc:');
});

test(
  'agreements, lots and trials tell the ledger no serial, product, party, person or place, nor a hash that gives one away',
  async () => {
    const agreements = await AgreementRig.deploy(anvil);
    const serials = await SerialsRig.deploy(anvil);
    const trials = await TrialRig.deploy(anvil);
    const transport = await playAgreement(agreements);
    expect(await transport.state()).toBe(states.released);
    const lot = await playLot(serials, false);
    await playTrial(trials, false);

    const accounts = [serials.maker, serials.pharmacy, trials.sponsor, trials.site, transport.gateway];
    const dictionary: Dictionary = {
      words: [
        ...[
          ...new Map(
            packs.flatMap((pack) => packWords(pack, COMPANY_DIGITS)).map((word) => [word.name, word]),
          ).values(),
        ],
        unitWord(goods.sscc, goods.unitEpc, COMPANY_DIGITS),
        ...names.map(textWord),
        ...Object.entries(documents).map(([name, document]) => documentWord(name, { ...document })),
      ],
      packs,
      addresses: [
        ...[agreements.address, agreements.anchor, serials.chain.address, trials.chain.address],
        ...accounts.map(({ address }) => `0x${toHex(address)}`),
      ],
      chainId: 31337,
    };
    const kept = await chainContents(anvil);
    // All was read: what a lot leaves in calls, logs and storage is there.
    for (const pieces of [kept.calls, kept.logs, kept.storage]) {
      expect(pieces.join('\n')).toContain(toHex(lot.tree.root));
    }
    await playCarelessAgreement(agreements);
    await playLot(serials, true);
    await playTrial(trials, true);
    const [found, told] = dictionaryAttack([kept, await chainContents(anvil)], dictionary);
    // A reading that is shown against a transport names its probe; nothing else is ever told.
    expect(found).toEqual([shipment.probe]);
    for (const name of [
      ...[shipment.id, shipment.paper, `document agreement`, `document custody at ${shipment.places[0]}`],
      ...[`lot ${goods.lot}`, `lot ${goods.lot} by its formula`, `serial ${goods.serials[2]} by its formula`],
      ...[shipment.places[1], study.trial, study.subject, `document form`, study.recipient],
    ]) {
      expect(told).toContain(name);
    }
    // What no careless hand has written down is not found either: the attack does not find everything.
    expect(told).not.toContain(consignor);
  },
  LIMIT_MS,
);
