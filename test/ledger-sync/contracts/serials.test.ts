// The serials contract: what is commissioned is genuine, what is recalled is seen at once, what is dispensed twice shows.
import { hexlify } from 'ethers/utils';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import { hasBit } from '../../../ledger-sync/serials/lot-state.js';
import { duplicatesIn } from '../../../ledger-sync/serials/serials-contract.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { addressText, id, lotFileOf, SerialsRig } from '../serials/serials-rig.js';

let anvil: Anvil;
let rig: SerialsRig;
let lot: CommissionedLot;
let number = 0;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await SerialsRig.deploy(anvil);
}, 60_000);
afterAll(() => anvil.stop());
beforeEach(async () => {
  number += 1;
  lot = await rig.commission(lotFileOf(300, { lot: `LOT${number}` }));
});

const cardOf = (index: number) => lot.card(lot.file.packs[index]?.serial ?? '', rig.place);
const nameOfLot = () => ({ maker: addressText(rig.maker), lot: lot.lotId });
const genuine = {
  isCommissioned: true,
  isMember: true,
  isRecalled: false,
  isDispensed: false,
  isDecommissioned: false,
};

describe('genuine', () => {
  test.each([0, 1, 255, 256, 298, 299])('pack %i of 300 is', async (index) => {
    expect(await rig.standing(cardOf(index))).toEqual(genuine);
  });

  test.each([
    ['another serial', { serial: '999' }],
    ['another lot number', { lot: 'LOT0' }],
    ['another expiry', { expiry: '2030-12-31' }],
    ['another salt', { salt: '00'.repeat(16) }],
    ['another place', { index: 8 }],
    ['another pack key', { packKey: `0x${'11'.repeat(20)}` }],
    ['a shorter path', { path: [] }],
  ])('%s is not', async (_what, change) => {
    const standing = await rig.standing({ ...cardOf(7), ...change });
    expect(standing).toMatchObject({ isCommissioned: true, isMember: false });
  });

  test('a lot that nobody commissioned, or somebody else, is unknown', async () => {
    const card = cardOf(7);
    expect(await rig.standing({ ...card, lotId: 'ab'.repeat(32) })).toMatchObject({ isCommissioned: false });
    const maker = addressText(rig.pharmacy);
    expect(await rig.standing({ ...card, maker })).toMatchObject({ isCommissioned: false });
  });

  test('the lot is told as it was commissioned', async () => {
    const [found, unknown] = await rig.contract.lots(
      [nameOfLot(), { ...nameOfLot(), lot: 'ab'.repeat(32) }],
      'latest',
    );
    expect(found).toMatchObject({ size: 300, root: hexlify(lot.tree.root).slice(2), recalls: 0, spent: 0 });
    expect(unknown).toMatchObject({ size: 0 });
  });
});

describe('commissioning', () => {
  test('happens once for a lot', async () => {
    await expect(rig.chain.send(rig.commissionData(lot))).rejects.toThrow('AlreadyCommissioned');
  });

  test('needs the role of a maker, and at least one pack', async () => {
    await expect(rig.chain.send(rig.commissionData(lot, rig.pharmacy))).rejects.toThrow(
      'AccessControlUnauthorizedAccount',
    );
    const empty = rig.commissionData(lot, rig.maker, { size: 0, lot: id('empty') });
    await expect(rig.chain.send(empty)).rejects.toThrow('EmptyLot');
  });
});

describe('recall', () => {
  test('is seen in the very block, and lifted by whoever made it', async () => {
    const { blockNumber } = await rig.chain.send(rig.recallData(lot, true, 0));
    const [before] = await rig.contract.lots([nameOfLot()], blockNumber - 1);
    const [after] = await rig.contract.lots([nameOfLot()], blockNumber);
    expect([before?.recalls, after?.recalls, after?.recallChanges]).toEqual([0, 1, 1]);
    expect(await rig.standing(cardOf(3))).toEqual({ ...genuine, isRecalled: true });
    await rig.chain.send(rig.recallData(lot, false, 1));
    expect(await rig.standing(cardOf(3))).toEqual(genuine);
  });

  test('by an authority stands until an authority lifts it', async () => {
    await rig.chain.send(rig.recallData(lot, true, 0, rig.authority));
    await expect(rig.chain.send(rig.recallData(lot, false, 1))).rejects.toThrow('NothingToChange');
    await rig.chain.send(rig.recallData(lot, true, 1));
    await rig.chain.send(rig.recallData(lot, false, 2));
    expect(await rig.standing(cardOf(3))).toMatchObject({ isRecalled: true });
    await rig.chain.send(rig.recallData(lot, false, 3, rig.authority));
    expect(await rig.standing(cardOf(3))).toMatchObject({ isRecalled: false });
  });

  test('by a stranger, of an unknown lot, or twice is refused', async () => {
    await expect(rig.chain.send(rig.recallData(lot, true, 0, rig.pharmacy))).rejects.toThrow('AccessControl');
    const unknown = rig.recallData(lot, true, 0, rig.maker, { lot: id('unknown') });
    await expect(rig.chain.send(unknown)).rejects.toThrow('UnknownLot');
    await rig.chain.send(rig.recallData(lot, true, 0));
    await expect(rig.chain.send(rig.recallData(lot, true, 1))).rejects.toThrow('NothingToChange');
  });

  test('no recalled pack is dispensed', async () => {
    await rig.chain.send(rig.recallData(lot, true, 0));
    await expect(rig.chain.send(rig.dispenseData(cardOf(3), 'here'))).rejects.toThrow('LotRecalled');
  });
});

describe('dispensing', () => {
  test('burns one bit, and only that one', async () => {
    await rig.chain.send(rig.dispenseData(cardOf(257), 'here'));
    expect(await rig.standing(cardOf(257))).toEqual({ ...genuine, isDispensed: true });
    const { dispensed, decommissioned } = await rig.contract.spent(nameOfLot(), 300, 'latest');
    const burned = Array.from({ length: 300 }, (_, index) => index).filter((at) => hasBit(dispensed, at));
    expect(burned).toEqual([257]);
    expect(decommissioned.some((byte) => byte !== 0)).toBe(false);
  });

  test('a second time shows both places, and changes nothing', async () => {
    const first = await rig.chain.send(rig.dispenseData(cardOf(5), 'first place'));
    expect(duplicatesIn(first, rig.chain.address)).toEqual([]);
    // Neighbours in the same storage slot keep their own places.
    await rig.chain.send(rig.dispenseData(cardOf(6), 'place of 6'));
    const second = await rig.chain.send(rig.dispenseData(cardOf(5), 'second place', rig.other));
    expect(duplicatesIn(second, rig.chain.address)).toEqual([
      { index: 5, place: id('second place'), firstPlace: id('first place').slice(0, 18) },
    ]);
    const third = await rig.chain.send(rig.dispenseData(cardOf(5), 'third place'));
    expect(duplicatesIn(third, rig.chain.address)).toMatchObject([
      { firstPlace: id('first place').slice(0, 18) },
    ]);
    const sixth = await rig.chain.send(rig.dispenseData(cardOf(6), 'another'));
    expect(duplicatesIn(sixth, rig.chain.address)).toMatchObject([
      { firstPlace: id('place of 6').slice(0, 18) },
    ]);
    const [state] = await rig.contract.lots([nameOfLot()], 'latest');
    expect(state?.spent).toBe(2);
  });

  test('needs the role of a pharmacy, and a place', async () => {
    await expect(rig.chain.send(rig.dispenseData(cardOf(3), 'here', rig.maker))).rejects.toThrow(
      'AccessControl',
    );
    const nowhere = rig.dispenseData(cardOf(3), '', rig.pharmacy, { place: `0x${'00'.repeat(32)}` });
    await expect(rig.chain.send(nowhere)).rejects.toThrow('PlaceMissing');
  });
});

describe('decommissioning', () => {
  test('takes packs out for good, up to 256 at once', async () => {
    await rig.chain.send(rig.decommissionData(lot, 1, 0b101n));
    for (const [index, isDecommissioned] of [
      [255, false],
      [256, true],
      [257, false],
      [258, true],
    ] as const) {
      expect(await rig.standing(cardOf(index))).toEqual({ ...genuine, isDecommissioned });
    }
    await expect(rig.chain.send(rig.dispenseData(cardOf(256), 'here'))).rejects.toThrow('PackDecommissioned');
    await expect(rig.chain.send(rig.decommissionData(lot, 1, 0b1n))).rejects.toThrow('NothingToChange');
  });

  test('is the right of the maker alone', async () => {
    await expect(rig.chain.send(rig.decommissionData(lot, 0, 1n, rig.authority))).rejects.toThrow(
      'NotSignedBy',
    );
  });
});
