// What somebody who reads the mempool, carries signatures or holds a role could try against the serials contract.
import { hexlify } from 'ethers/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import { duplicatesIn } from '../../../ledger-sync/serials/serials-contract.js';
import { type Anvil, callAnvil, startAnvil } from '../anvil.js';
import { addressText, id, lotFileOf, SerialsRig, signerNamed } from '../serials/serials-rig.js';

let anvil: Anvil;
let rig: SerialsRig;
/** Another deployment of the same code on the same chain. */
let twin: SerialsRig;
let lot: CommissionedLot;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await SerialsRig.deploy(anvil);
  twin = await SerialsRig.deploy(anvil);
  lot = await rig.commission(lotFileOf(40));
}, 60_000);
afterAll(() => anvil.stop());

const cardOf = (index: number) => lot.card(lot.file.packs[index]?.serial ?? '', rig.place);

describe('replay', () => {
  test('a signature for another contract is worth nothing here', async () => {
    const fresh = new CommissionedLot(lotFileOf(3, { lot: 'REPLAY' }));
    await expect(rig.chain.send(twin.commissionData(fresh))).rejects.toThrow('NotSignedBy');
    await expect(rig.chain.send(twin.recallData(lot, true, 0))).rejects.toThrow('NotSignedBy');
    await expect(rig.chain.send(twin.dispenseData(cardOf(0), 'here'))).rejects.toThrow('NotSignedBy');
    await expect(rig.chain.send(twin.decommissionData(lot, 0, 1n))).rejects.toThrow('NotSignedBy');
  });

  test('a signature for another chain is worth nothing here', async () => {
    const elsewhere = await startAnvil({ chainId: 31338 });
    try {
      const there = await SerialsRig.deploy(elsewhere);
      // The same account and nonces give the same address on both chains.
      expect(there.chain.address).toBe(rig.chain.address);
      const fresh = new CommissionedLot(lotFileOf(3, { lot: 'CHAIN' }));
      await expect(there.chain.send(rig.commissionData(fresh))).rejects.toThrow('NotSignedBy');
    } finally {
      await elsewhere.stop();
    }
  });

  test('neither a recall nor a lift works a second time', async () => {
    const recall = rig.recallData(lot, true, 0);
    const lift = rig.recallData(lot, false, 1);
    await rig.chain.send(recall);
    await rig.chain.send(lift);
    await expect(rig.chain.send(recall)).rejects.toThrow('WrongChange(2)');
    await rig.chain.send(rig.recallData(lot, true, 2));
    await expect(rig.chain.send(lift)).rejects.toThrow('WrongChange(3)');
    await rig.chain.send(rig.recallData(lot, false, 3));
  });

  test('a dispensing that is sent again is no duplicate, and a duplicate is told once', async () => {
    const first = rig.dispenseData(cardOf(1), 'here');
    await rig.chain.send(first);
    await expect(rig.chain.send(first)).rejects.toThrow('AlreadyRecorded');
    const second = rig.dispenseData(cardOf(1), 'there', rig.other);
    expect(duplicatesIn(await rig.chain.send(second), rig.chain.address)).toHaveLength(1);
    await expect(rig.chain.send(second)).rejects.toThrow('AlreadyRecorded');
  });

  test('after its deadline a signature is worth nothing', async () => {
    const { timestamp } = (await callAnvil(anvil, 'eth_getBlockByNumber', 'latest', false)) as {
      timestamp: string;
    };
    const over = { deadline: Number(timestamp) - 1 };
    await expect(rig.chain.send(rig.dispenseData(cardOf(2), 'here', rig.pharmacy, over))).rejects.toThrow(
      'Expired',
    );
    await expect(rig.chain.send(rig.recallData(lot, true, 4, rig.maker, over))).rejects.toThrow('Expired');
  });
});

describe('front-running', () => {
  test('a pharmacy that sees a dispensing under way cannot dispense the pack itself', async () => {
    // It copies the proof and all that is visible; what it lacks is the secret under the label.
    const guessed = signerNamed('no such pack');
    const stolen = rig.dispenseData(cardOf(3), 'elsewhere', rig.other, {}, guessed);
    await expect(rig.chain.send(stolen)).rejects.toThrow('NotSignedBy');
    // Nor does the pack's signature for one pharmacy serve another.
    const seen = rig.chain.interface.decodeFunctionData('dispense', rig.dispenseData(cardOf(3), 'here'));
    const own = rig.chain.interface.decodeFunctionData(
      'dispense',
      rig.dispenseData(cardOf(3), 'here', rig.other),
    );
    const mixed = [...own.slice(0, 8), seen[8], seen[9]];
    await expect(rig.chain.send(rig.chain.encode('dispense', ...mixed))).rejects.toThrow('NotSignedBy');
    await rig.chain.send(rig.dispenseData(cardOf(3), 'here'));
    expect(await rig.standing(cardOf(3))).toMatchObject({ isDispensed: true });
  });

  test('a maker that sees a commissioning under way cannot take the name of the lot', async () => {
    const rival = signerNamed('rival maker');
    await rig.chain.do('grantRole', id('MAKER_ROLE'), addressText(rival));
    const wanted = new CommissionedLot(lotFileOf(5, { lot: 'WANTED' }));
    await rig.chain.send(rig.commissionData(wanted, rival, { root: id('not the lot') }));
    await rig.chain.send(rig.commissionData(wanted));
    const card = wanted.card(wanted.file.packs[0]?.serial ?? '', rig.place);
    expect(await rig.standing(card)).toMatchObject({ isMember: true });
  });

  test('whoever carries a signature can change nothing in it', async () => {
    const fresh = new CommissionedLot(lotFileOf(3, { lot: 'CARRIED' }));
    const values = [...rig.chain.interface.decodeFunctionData('commission', rig.commissionData(fresh))];
    const changed = (index: number, value: unknown) =>
      rig.chain.encode('commission', ...values.with(index, value));
    for (const data of [
      changed(1, id('lot')),
      changed(2, id('root')),
      changed(3, 4),
      changed(4, 4_000_000_001),
    ])
      await expect(rig.chain.send(data)).rejects.toThrow('NotSignedBy');
    const dispense = [
      ...rig.chain.interface.decodeFunctionData('dispense', rig.dispenseData(cardOf(4), 'x')),
    ];
    const elsewhere = rig.chain.encode('dispense', ...dispense.with(5, hexlify(id('another place'))));
    await expect(rig.chain.send(elsewhere)).rejects.toThrow('NotSignedBy');
  });
});

describe('griefing', () => {
  test('a pharmacy cannot burn packs that it never held', async () => {
    const { secret: _secret, ...card } = cardOf(9);
    const stolen = rig.dispenseData(card, 'nowhere', rig.other, {}, rig.other);
    await expect(rig.chain.send(stolen)).rejects.toThrow('NotSignedBy');
    // A pack key of its own leads to no leaf of the lot.
    const invented = { ...cardOf(9), packKey: addressText(rig.other) };
    await expect(
      rig.chain.send(rig.dispenseData(invented, 'nowhere', rig.other, {}, rig.other)),
    ).rejects.toThrow('NotInLot');
    expect(await rig.standing(cardOf(9))).toMatchObject({ isDispensed: false });
  });

  test('a signature in its malleable form is refused, so a dispensing has one form', async () => {
    const values = [...rig.chain.interface.decodeFunctionData('dispense', rig.dispenseData(cardOf(10), 'x'))];
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const signature = String(values[7]).slice(2);
    const s = (order - BigInt(`0x${signature.slice(64, 128)}`)).toString(16).padStart(64, '0');
    const v = (55 - Number.parseInt(signature.slice(128), 16)).toString(16);
    const malleable = `0x${signature.slice(0, 64)}${s}${v}`;
    await expect(rig.chain.send(rig.chain.encode('dispense', ...values.with(7, malleable)))).rejects.toThrow(
      'NotSignedBy',
    );
  });

  test('a pharmacy that has lost its role burns nothing more', async () => {
    await rig.chain.do('revokeRole', id('PHARMACY_ROLE'), addressText(rig.other));
    await expect(rig.chain.send(rig.dispenseData(cardOf(11), 'x', rig.other))).rejects.toThrow(
      'AccessControl',
    );
    await rig.chain.do('grantRole', id('PHARMACY_ROLE'), addressText(rig.other));
  });

  test('a maker without its role commissions nothing, and can still call back what it made', async () => {
    await rig.chain.do('revokeRole', id('MAKER_ROLE'), addressText(rig.maker));
    const fresh = new CommissionedLot(lotFileOf(3, { lot: 'LATER' }));
    await expect(rig.chain.send(rig.commissionData(fresh))).rejects.toThrow('AccessControl');
    await rig.chain.send(rig.recallData(lot, true, 4));
    await rig.chain.send(rig.recallData(lot, false, 5));
    await rig.chain.do('grantRole', id('MAKER_ROLE'), addressText(rig.maker));
  });

  test('only the admin appoints', async () => {
    const data = rig.chain.encode('grantRole', id('MAKER_ROLE'), rig.chain.stranger.address);
    await expect(rig.chain.send(data, rig.chain.stranger)).rejects.toThrow('AccessControl');
  });
});
