// The escrow on a real EVM: coins and tokens, honest and hostile, and accounts that will not or cannot be paid.
import type { BaseWallet } from 'ethers/wallet';
import { beforeAll, expect, test } from 'vitest';
import {
  encodeBatch,
  encodeFund,
  encodePlain,
  encodeWithdraw,
} from '../../../ledger-sync/shipments/agreement-calls.js';
import { callAnvil } from '../anvil.js';
import { compilePeers, Peer } from './agreement-peers.js';
import { type AgreementRig, DAY, states, zeroAddress } from './agreement-rig.js';
import { agreementSuite } from './agreement-suite.js';
import { Transport } from './transport.js';

const rigOf = agreementSuite();
beforeAll(() => compilePeers('PlainToken', 'FeeToken', 'HostileToken', 'SilentToken', 'TestWallet'));
const price = 1_000_000n;

async function coinsOf(rig: AgreementRig, address: string): Promise<bigint> {
  return BigInt(String(await callAnvil(rig.anvil, 'eth_getBalance', address, 'latest')));
}

/** A token of which the payer has enough and has approved it. */
async function tokenFor(rig: AgreementRig, name: 'PlainToken' | 'FeeToken' | 'HostileToken' | 'SilentToken') {
  const token = await Peer.deploy(rig, name);
  const { payer, payee } = rig.parties;
  for (const { address, wallet } of [payer, payee]) {
    await token.do('mint', [address, 10n * price]);
    await token.do('approve', [rig.address, 10n * price], wallet);
  }
  return token;
}

test('coins are held here and nowhere else until their owner takes them out', async () => {
  const rig = rigOf();
  const transport = await Transport.delivered(rig, { disputeS: 0 }, (one) => one.driveCutting(60, 9000));
  expect(await coinsOf(rig, rig.address)).toBe(price);
  await transport.claim();
  expect(await coinsOf(rig, rig.address)).toBe(price);
  const before = await coinsOf(rig, transport.terms.payee);
  await rig.send(encodeWithdraw(zeroAddress, transport.terms.payee));
  expect((await coinsOf(rig, transport.terms.payee)) - before).toBe(700_000n);
  await rig.send(encodeWithdraw(zeroAddress, transport.terms.payer));
  expect(await coinsOf(rig, rig.address)).toBe(0n);
  await expect(rig.send(encodeWithdraw(zeroAddress, transport.terms.payer))).rejects.toThrow(
    'NothingToWithdraw',
  );
});

test.each(['PlainToken', 'SilentToken'] as const)(
  'an agreement in a %s holds, disputes and pays in it',
  async (name) => {
    const rig = rigOf();
    const token = await tokenFor(rig, name);
    const transport = await Transport.delivered(rig, { asset: token.address });
    expect(await token.read('balanceOf', rig.address)).toBe(price);
    await transport.claim();
    await transport.plain('dispute', 'payer');
    expect(await token.read('balanceOf', rig.address)).toBe(price + 5000n);
    await transport.rule(3600);
    for (const role of ['payee', 'payer'] as const) {
      await rig.send(encodeWithdraw(token.address, rig.parties[role].address));
    }
    expect(await token.read('balanceOf', rig.address)).toBe(0n);
    expect(await token.read('balanceOf', rig.parties.payee.address)).toBe(10n * price + 700_000n);
    expect(await token.read('balanceOf', rig.parties.payer.address)).toBe(9n * price + 300_000n);
  },
);

test('a token that keeps a part of each transfer is refused', async () => {
  const rig = rigOf();
  const token = await tokenFor(rig, 'FeeToken');
  const { terms } = await Transport.created(rig, { asset: token.address });
  await expect(rig.fund(terms)).rejects.toThrow('NotReceivedInFull(1000000,990000)');
});

test('a token that was not approved, and coins beside a token, pay for nothing', async () => {
  const rig = rigOf();
  const token = await Peer.deploy(rig, 'PlainToken');
  const { terms } = await Transport.created(rig, { asset: token.address });
  await expect(rig.fund(terms)).rejects.toThrow();
  await token.do('mint', [rig.parties.payer.address, price]);
  await token.do('approve', [rig.address, price], rig.parties.payer.wallet);
  await expect(rig.send(encodeFund(terms), rig.parties.payer.wallet, 1n)).rejects.toThrow(
    'NotReceivedInFull',
  );
  await rig.fund(terms);
});

test('coins that come without a purpose are refused', async () => {
  const rig = rigOf();
  await expect(rig.send('0x', rig.relay, 1n)).rejects.toThrow();
  expect(await coinsOf(rig, rig.address)).toBe(0n);
});

test('a hostile token that comes back in the middle of a transfer gets nowhere', async () => {
  const rig = rigOf();
  const token = await tokenFor(rig, 'HostileToken');
  const transport = await Transport.created(rig, { asset: token.address });
  const { terms } = transport;
  const attacks = [
    encodeFund(terms),
    encodePlain('concede', terms),
    encodePlain('refund', terms),
    encodeWithdraw(token.address, terms.payer),
    rig.createData({ ...terms, salt: `0x${'77'.repeat(32)}` }),
  ];
  for (const [index, attack] of attacks.entries()) {
    await token.do('prepare', [rig.address, attack]);
    const again = index === 0 ? terms : (await Transport.created(rig, { asset: token.address })).terms;
    await rig.fund(again);
    expect(await token.read('hasEntered')).toBe(true);
    expect(await token.read('hasSucceeded')).toBe(false);
  }
  await token.do('prepare', [rig.address, '0x']);
  transport.drive(5);
  transport.cut();
  await transport.hand('carrier');
  await transport.plain('concede', 'payee');
  const credit = await rig.credit(token.address, terms.payer);
  await token.do('prepare', [rig.address, encodeWithdraw(token.address, terms.payer)]);
  await rig.send(encodeWithdraw(token.address, terms.payer));
  expect(await token.read('hasSucceeded')).toBe(false);
  expect(await token.read('balanceOf', rig.address)).toBe(5n * price - credit);
});

test('nor while a bond is paid in: not even a ruling that is due', async () => {
  const rig = rigOf();
  const token = await tokenFor(rig, 'HostileToken');
  const transport = await Transport.delivered(rig, { asset: token.address });
  await transport.claim();
  await token.do('prepare', [rig.address, await transport.ruleData(3600)]);
  await transport.plain('dispute', 'payer');
  expect(await token.read('hasEntered')).toBe(true);
  expect(await token.read('hasSucceeded')).toBe(false);
  expect(await transport.state()).toBe(states.disputed);
});

/** A wallet of the payee's key in the payee's place. */
async function walletAsPayee(rig: AgreementRig) {
  const wallet = await Peer.deploy(rig, 'TestWallet', rig.parties.payee.address);
  await rig.giveCoins(wallet.address);
  const transport = await Transport.delivered(rig, { payee: wallet.address, disputeS: 0 });
  await transport.claim();
  return { wallet, transport };
}

const receipts = { take: 0, refuse: 1, attack: 2, flood: 3 } as const;

test('a contract wallet signs terms and is paid like anybody', async () => {
  const rig = rigOf();
  const { wallet } = await walletAsPayee(rig);
  const before = await coinsOf(rig, wallet.address);
  await rig.send(encodeWithdraw(zeroAddress, wallet.address));
  expect((await coinsOf(rig, wallet.address)) - before).toBe(price);
});

test('a payee that refuses coins holds up only itself, and can have them sent elsewhere', async () => {
  const rig = rigOf();
  const { wallet, transport } = await walletAsPayee(rig);
  expect(await transport.state()).toBe(states.released);
  await wallet.do('prepare', [receipts.refuse, zeroAddress, '0x', false]);
  await expect(rig.send(encodeWithdraw(zeroAddress, wallet.address))).rejects.toThrow('PaymentRefused');
  const to = `0x${'ab'.repeat(20)}`;
  await wallet.do('execute', [rig.address, 0, encodeWithdraw(zeroAddress, wallet.address, to)]);
  expect(await coinsOf(rig, to)).toBe(price);
});

test('nobody but the account itself sends its credit elsewhere', async () => {
  const rig = rigOf();
  const { transport } = await walletAsPayee(rig);
  const to = rig.parties.thief.address;
  const taken = encodeWithdraw(zeroAddress, transport.terms.payee, to);
  await expect(rig.send(taken, rig.parties.thief.wallet)).rejects.toThrow('NothingToWithdraw');
});

test('a hostile receiver that comes back while it is paid gets its money once', async () => {
  const rig = rigOf();
  await Transport.armed(rig);
  const { wallet } = await walletAsPayee(rig);
  const again = encodeWithdraw(zeroAddress, wallet.address);
  const before = await coinsOf(rig, wallet.address);
  await wallet.do('prepare', [receipts.attack, rig.address, again, false]);
  await rig.send(again);
  expect(await wallet.read('hasSucceeded')).toBe(false);
  // Also by way of a batch, whose calls are guarded one by one.
  const batch = encodeBatch([{ data: again, gasLimit: 200_000n }]);
  const other = await walletAsPayee(rig);
  await other.wallet.do('prepare', [receipts.attack, rig.address, batch, false]);
  await rig.send(encodeWithdraw(zeroAddress, other.wallet.address));
  expect((await coinsOf(rig, wallet.address)) - before).toBe(price);
  expect(await coinsOf(rig, rig.address)).toBe(price);
});

test('a receiver that answers with a flood of bytes makes nobody pay for it', async () => {
  const rig = rigOf();
  const { wallet } = await walletAsPayee(rig);
  await wallet.do('prepare', [receipts.flood, zeroAddress, '0x', false]);
  await rig.send(encodeWithdraw(zeroAddress, wallet.address));
  expect(await rig.credit(zeroAddress, wallet.address)).toBe(0n);
});

test('one agreement never pays with the money of another', async () => {
  const rig = rigOf();
  const first = await Transport.delivered(rig);
  const second = await Transport.delivered(rig, { disputeS: 0 });
  await second.claim();
  await rig.send(encodeWithdraw(zeroAddress, second.terms.payee));
  expect(await coinsOf(rig, rig.address)).toBe(price);
  await first.claim();
  await rig.pass(DAY + 1);
  await first.plain('settle');
  await rig.send(encodeWithdraw(zeroAddress, first.terms.payee));
  expect(await coinsOf(rig, rig.address)).toBe(0n);
});

test('a relay carries many steps at once, and a bad one spoils no other', async () => {
  const rig = rigOf();
  const good = await Transport.armed(rig);
  await good.catchUp();
  const stranger: BaseWallet = rig.parties.thief.wallet;
  const handed = good.handoverData(good.nextHandover('carrier'), 'consignor', 'carrier');
  const forged = good.handoverData(good.nextHandover('thief'), 'thief', 'thief');
  const created = rig.createData(await rig.terms(good.gateway));
  const calls = [forged, handed, handed, '0x12345678', created, encodePlain('settle', good.terms)];
  const transaction = await rig.send(
    encodeBatch(calls.map((data) => ({ data, gasLimit: 300_000n }))),
    stranger,
  );
  const skipped = rig.events(transaction).filter(({ name }) => name === 'Skipped');
  expect(skipped.map(({ args }) => Number(args.index))).toEqual([0, 2, 3, 5]);
  expect(skipped[2]?.args.reason).toBe('0x00000000');
  expect(await good.state()).toBe(states.inTransit);
});

test('a wallet that burns gas while its signature is checked costs the relay its own limit and no more', async () => {
  const rig = rigOf();
  const wallet = await Peer.deploy(rig, 'TestWallet', rig.parties.payee.address);
  await wallet.do('prepare', [receipts.take, zeroAddress, '0x', true]);
  const { gateway } = await Transport.created(rig);
  const burning = rig.createData(await rig.terms(gateway, { payee: wallet.address }));
  const good = rig.createData(await rig.terms(gateway));
  const calls = [burning, good].map((data) => ({ data, gasLimit: 250_000n }));
  const transaction = await rig.send(encodeBatch(calls));
  const names = rig.events(transaction).map(({ name }) => name);
  expect(names).toEqual(['Skipped', 'Created', 'Entered']);
  expect(transaction.gasUsed).toBeLessThan(500_000n);
});

test('a relay that sends too little gas for what it promised loses nothing but that gas', async () => {
  const rig = rigOf();
  const { terms } = await Transport.created(rig);
  const data = encodeBatch([{ data: encodePlain('settle', terms), gasLimit: 2n ** 60n }]);
  await expect(rig.send(data)).rejects.toThrow('TooLittleGas(0)');
});

test('a batch cannot carry coins: they would count for every call in it', async () => {
  const rig = rigOf();
  const [one, two] = [await Transport.created(rig), await Transport.created(rig)];
  const calls = [one, two].map(({ terms }) => ({ data: encodeFund(terms), gasLimit: 200_000n }));
  await expect(rig.send(encodeBatch(calls), rig.relay, price)).rejects.toThrow();
  const without = rig.events(await rig.send(encodeBatch(calls)));
  expect(without.map(({ name }) => name)).toEqual(['Skipped', 'Skipped']);
});
