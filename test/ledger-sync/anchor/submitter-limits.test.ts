// What anchoring may cost: above a limit nothing is sent, records wait, and a person hears of it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { feesOf } from '../../../ledger-sync/anchor/paying-wallet.js';
import { assertAffordable, payerLow, withinFeeLimit } from '../../../ledger-sync/anchor/spending.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { deployTestLedger, type TestLedger } from '../test-ledger.js';
import { SubmitterRig } from './submitter-rig.js';

const gwei = 10n ** 9n;
const hourMs = 3_600_000;
const roomy = { perGas: 10n ** 15n, perHeader: 10n ** 20n, perDay: 10n ** 21n };

let anvil: Anvil;
let ledger: TestLedger;

beforeEach(async () => {
  anvil = await startAnvil();
  ledger = await deployTestLedger(anvil.url);
});
afterEach(() => anvil.stop());

async function rigWith(limits: Partial<typeof roomy>): Promise<SubmitterRig> {
  const rig = new SubmitterRig(anvil, ledger, 'truck', { limits: { ...roomy, ...limits } });
  await ledger.register(rig.gateway);
  await rig.node('evm_setAutomine', false);
  await rig.node('anvil_setNextBlockBaseFeePerGas', `0x${(2n * gwei).toString(16)}`);
  await rig.mine();
  rig.cut();
  return rig;
}

test('an offer is held to the limit per gas while that still gets into a block', async () => {
  const rig = await rigWith({ perGas: 4n * gwei });
  expect(await rig.tick()).toMatchObject({ kind: 'sent' });
  expect(feesOf(rig.store.openSubmissions()[0]?.raw ?? '')).toEqual({
    maxFeePerGas: 4n * gwei,
    maxPriorityFeePerGas: gwei,
  });
});

test.each([
  ['FEE_LIMIT', { perGas: 2n * gwei }],
  ['HEADER_LIMIT', { perHeader: 100_000n * gwei }],
  ['DAY_LIMIT', { perDay: 100_000n * gwei }],
] as const)('above a limit nothing is sent and a problem is shown: %s', async (code, limits) => {
  const rig = await rigWith(limits);
  expect(await rig.tick()).toEqual({ kind: 'held', code });
  expect(rig.store.problemCode).toBe(code);
  rig.cut(2);
  expect(await rig.tick()).toEqual({ kind: 'held', code });
  expect(rig.store.saved).toEqual([]);
  expect(rig.store.problems).toHaveLength(1);
});

test.each([
  ['FEE_LIMIT', { perGas: 3n * gwei }],
  ['HEADER_LIMIT', { perHeader: 240_000n * gwei }],
] as const)('an offer that may not be raised is still sent again as it is: %s', async (code, limits) => {
  const rig = await rigWith(limits);
  await rig.tick();
  const [hash] = rig.store.saved;
  await rig.node('anvil_dropTransaction', hash);
  await rig.mine();
  await rig.mine();
  rig.nowMs += 48_000;
  rig.sentRaw.length = 0;
  expect(await rig.tick()).toEqual({ kind: 'held', code });
  expect(rig.store.saved).toEqual([hash]);
  expect(rig.sentRaw).toHaveLength(1);
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
});

test('headers wait while fees are above the limit, and all go out when they have fallen', async () => {
  const rig = await rigWith({ perGas: 3n * gwei });
  await rig.node('anvil_setNextBlockBaseFeePerGas', `0x${(50n * gwei).toString(16)}`);
  await rig.mine();
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'FEE_LIMIT' });
  rig.cut(4);
  await rig.node('anvil_setNextBlockBaseFeePerGas', `0x${gwei.toString(16)}`);
  await rig.mine();
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 5 });
  expect(rig.store.problemCode).toBeUndefined();
});

test('the limit per day counts what transactions did cost, and forgets it after a day of block time', async () => {
  const rig = await rigWith({ perDay: 400_000n * gwei });
  for (const seq of [1, 2]) {
    expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: seq });
    await rig.mine();
    expect(await rig.tick()).toEqual({ kind: 'idle', seq });
    const spent = rig.store.spends(0).reduce((sum, { wei }) => sum + wei, 0n);
    expect(spent).toBeLessThan(BigInt(seq) * 120_000n * gwei);
    await rig.node('anvil_setNextBlockBaseFeePerGas', `0x${(2n * gwei).toString(16)}`);
    await rig.mine();
    rig.cut();
  }
  expect(await rig.tick()).toEqual({ kind: 'held', code: 'DAY_LIMIT' });
  await rig.node('evm_increaseTime', 24 * 3_600);
  await rig.mine();
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 3 });
});

test('a replacement counts in place of what it replaces', () => {
  const spends = [{ nonce: 7, wei: 90n, timeMs: 0 }];
  const limits = { perGas: 1n, perHeader: 1_000n, perDay: 100n };
  expect(() => assertAffordable(100n, 1, 7, spends, limits)).not.toThrow();
  expect(() => assertAffordable(11n, 1, 8, spends, limits)).toThrow('24 hours');
});

test('the limit per header is for each header of a transaction', () => {
  const limits = { ...roomy, perHeader: 10n };
  expect(() => assertAffordable(30n, 3, 0, [], limits)).not.toThrow();
  expect(() => assertAffordable(31n, 3, 0, [], limits)).toThrow('a header');
});

test('an offer below the limit is not touched', () => {
  const offer = { maxFeePerGas: 5n, maxPriorityFeePerGas: 1n };
  expect(withinFeeLimit(offer, 2n, { ...roomy, perGas: 5n })).toBe(offer);
});

test.each([
  ['a payer whose balance lasts ten days', 10_000n, undefined],
  ['a payer whose balance lasts seven days', 7_000n, undefined],
  ['a payer whose balance lasts less', 6_999n, 'PAYER_LOW'],
  ['an empty payer', 0n, 'PAYER_LOW'],
])('%s', (_, balanceWei, code) => {
  const spends = [
    { nonce: 1, wei: 400n, timeMs: 0 },
    { nonce: 2, wei: 600n, timeMs: 12 * hourMs },
  ];
  expect(payerLow('0xpayer', balanceWei, spends, 24 * hourMs, 7)?.code).toBe(code);
});

test('the rate is that of the time since the first spend, and not told from less than an hour', () => {
  const spends = [{ nonce: 1, wei: 100n, timeMs: 0 }];
  expect(payerLow('0xpayer', 1n, spends, hourMs - 1, 7)).toBeUndefined();
  // 100 wei in two hours are 1,200 a day.
  expect(payerLow('0xpayer', 8_400n, spends, 2 * hourMs, 7)).toBeUndefined();
  expect(payerLow('0xpayer', 8_399n, spends, 2 * hourMs, 7)?.code).toBe('PAYER_LOW');
});

test('a payer that gets low is a warning, which new funds end', async () => {
  const rig = await rigWith({});
  await rig.tick();
  await rig.mine();
  await rig.tick();
  const setBalance = (wei: bigint) =>
    rig.node('anvil_setBalance', rig.wallet.address, `0x${wei.toString(16)}`);
  const later = async () => {
    await rig.node('evm_increaseTime', 7_200);
    await rig.mine();
    rig.cut();
    await rig.tick();
    await rig.mine();
    await rig.tick();
  };
  await setBalance(10n ** 15n);
  await later();
  expect(rig.store.warnings.at(-1)?.code).toBe('PAYER_LOW');
  await setBalance(10n ** 18n);
  await later();
  expect(rig.store.warnings.at(-1)).toBeUndefined();
  expect(rig.store.problemCode).toBeUndefined();
});
