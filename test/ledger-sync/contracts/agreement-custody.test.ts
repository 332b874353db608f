// Custody on a real EVM: goods pass from one hand to the next by both signatures, in order, once, here and nowhere else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeCreate, encodeHandover } from '../../../ledger-sync/shipments/agreement-calls.js';
import { termsDigest } from '../../../ledger-sync/shipments/agreement-terms.js';
import { handoverDigest } from '../../../ledger-sync/shipments/handover.js';
import { signAsParty } from '../../../ledger-sync/shipments/party-signature.js';
import { type Anvil, callAnvil, startAnvil } from '../anvil.js';
import { AgreementRig, HOUR, states, zeroAddress } from './agreement-rig.js';
import { agreementSuite } from './agreement-suite.js';
import { Transport } from './transport.js';

const rigOf = agreementSuite();

test('the events tell the whole way of the goods, from the consignor to the receiver', async () => {
  const rig = rigOf();
  const transport = await Transport.armed(rig);
  const events = [];
  for (const to of ['carrier', 'payee', 'receiver'] as const) {
    transport.drive(10);
    events.push(...rig.events(await transport.hand(to)));
  }
  const told = events.map(({ name, args }) =>
    name === 'HandedOver' ? `${args.from} ${args.to} ${args.size}` : name,
  );
  const [consignor, carrier, payee, receiver] = (['consignor', 'carrier', 'payee', 'receiver'] as const).map(
    (role) => rig.parties[role].wallet.address,
  );
  expect(told).toEqual([
    `${consignor} ${carrier} 15`,
    'Entered',
    `${carrier} ${payee} 25`,
    `${payee} ${receiver} 35`,
    'Entered',
  ]);
  expect(await transport.state()).toBe(states.delivered);
});

test('a handover needs both signatures, each by its own party', async () => {
  const transport = await Transport.armed(rigOf());
  const handover = transport.nextHandover('carrier');
  await transport.catchUp();
  for (const [giver, taker] of [
    ['thief', 'carrier'],
    ['consignor', 'thief'],
    ['carrier', 'consignor'],
    ['carrier', 'carrier'],
  ] as const) {
    await expect(rigOf().send(transport.handoverData(handover, giver, taker))).rejects.toThrow('NotSignedBy');
  }
});

test('who sees a handover in the mempool cannot turn it to himself, or change any of its words', async () => {
  const rig = rigOf();
  const transport = await Transport.armed(rig);
  await transport.catchUp();
  const handover = transport.nextHandover('carrier');
  const digest = handoverDigest(rig.domain, handover);
  const { consignor, carrier, thief } = rig.parties;
  const giver = signAsParty(consignor.signer, digest);
  const taker = signAsParty(carrier.signer, digest);
  const turned = { ...handover, to: thief.address };
  const own = signAsParty(thief.signer, handoverDigest(rig.domain, turned));
  await expect(rig.send(encodeHandover(transport.terms, turned, giver, own))).rejects.toThrow('NotSignedBy');
  for (const change of [
    { size: handover.size + 1 },
    { atS: handover.atS - 1 },
    { document: `0x${'00'.repeat(32)}` },
    { deadline: handover.deadline + 1 },
  ]) {
    const changed = encodeHandover(transport.terms, { ...handover, ...change }, giver, taker);
    await expect(rig.send(changed)).rejects.toThrow('NotSignedBy');
  }
  // Whoever brings it, it does what both have signed.
  await rig.send(encodeHandover(transport.terms, handover, giver, taker), thief.wallet);
  expect((await rig.standing(transport.terms)).holder).toBe(carrier.wallet.address);
});

test('a handover is good once, also when the goods come back to the same hands', async () => {
  const rig = rigOf();
  const transport = await Transport.armed(rig);
  await transport.catchUp();
  const first = transport.handoverData(transport.nextHandover('carrier'), 'consignor', 'carrier');
  await transport.hand('carrier');
  await expect(rig.send(first)).rejects.toThrow('InvalidHandover(step)');
  await transport.hand('consignor');
  await expect(rig.send(first)).rejects.toThrow('InvalidHandover(step)');
});

test.each([
  ['agreement', { agreement: `0x${'11'.repeat(32)}` }],
  ['step', { step: 1 }],
  ['atS', { atS: 4_000_000_000 }],
] as const)('a handover with another %s than the next is refused', async (field, change) => {
  const transport = await Transport.armed(rigOf());
  await expect(transport.hand('carrier', change)).rejects.toThrow(`InvalidHandover(${field})`);
});

test('only who holds the goods can give them away, and neither to himself nor to nobody', async () => {
  const rig = rigOf();
  const transport = await Transport.moving(rig);
  const { carrier } = rig.parties;
  const thief = transport.nextHandover('receiver', { from: rig.parties.thief.address });
  await expect(rig.send(transport.handoverData(thief, 'thief', 'receiver'))).rejects.toThrow(
    'InvalidHandover(from)',
  );
  const himself = transport.nextHandover('carrier', { to: carrier.address });
  await expect(rig.send(transport.handoverData(himself, 'carrier', 'carrier'))).rejects.toThrow(
    'InvalidHandover(to)',
  );
  const nobody = transport.nextHandover('carrier', { to: zeroAddress });
  await expect(rig.send(transport.handoverData(nobody, 'carrier', 'thief'))).rejects.toThrow(
    'InvalidHandover(to)',
  );
});

test('neither time nor log runs backwards between two handovers', async () => {
  const transport = await Transport.moving(rigOf());
  transport.drive(10);
  const { beginSize, beginAtS } = await rigOf().standing(transport.terms);
  await expect(transport.hand('receiver', { size: Number(beginSize) - 1 })).rejects.toThrow(
    'InvalidHandover(size)',
  );
  await expect(transport.hand('receiver', { atS: Number(beginAtS) - 1 })).rejects.toThrow(
    'InvalidHandover(atS)',
  );
});

test('the consignor cannot deliver without a transport', async () => {
  const transport = await Transport.armed(rigOf());
  await expect(transport.hand('receiver')).rejects.toThrow('InvalidHandover(to)');
});

test('a handover is refused after its deadline, before it is paid for and after the delivery', async () => {
  const rig = rigOf();
  const unpaid = await Transport.created(rig);
  await expect(unpaid.hand('carrier')).rejects.toThrow('WrongState');
  const transport = await Transport.armed(rig);
  await transport.catchUp();
  await expect(transport.hand('carrier', { deadline: (await rig.now()) - 1 })).rejects.toThrow('TooLate');
  await transport.hand('carrier');
  await transport.hand('receiver');
  await expect(transport.hand('carrier')).rejects.toThrow('WrongState');
});

let elsewhere: Anvil;
beforeAll(async () => {
  elsewhere = await startAnvil({ chainId: 31338 });
});
afterAll(() => elsewhere.stop());

test('what was signed for one contract or chain is worth nothing at another', async () => {
  const rig = rigOf();
  const transport = await Transport.armed(rig);
  await transport.catchUp();
  const { terms } = transport;
  const created = rig.createData(terms);
  const handed = transport.handoverData(transport.nextHandover('carrier'), 'consignor', 'carrier');

  // Another contract on the same chain, with an agreement on the very same terms.
  const twin = await AgreementRig.deploy(rig.anvil, `0x${'11'.repeat(32)}`);
  expect(twin.address).not.toBe(rig.address);
  await expect(twin.send(created)).rejects.toThrow('NotSignedBy');
  await twin.create(terms);
  await twin.fund(terms);
  await expect(twin.send(handed)).rejects.toThrow('NotSignedBy');

  // The same address on another chain.
  const far = await AgreementRig.deploy(elsewhere);
  expect(far.address).toBe(rig.address);
  await callAnvil(elsewhere, 'evm_increaseTime', (await rig.now()) - (await far.now()));
  await callAnvil(elsewhere, 'evm_mine');
  await expect(far.send(created)).rejects.toThrow('NotSignedBy');
  await expect(far.send(handed)).rejects.toThrow('WrongState');
});

test('terms need the signatures of both sides, and any changed word undoes them', async () => {
  const rig = rigOf();
  const { gateway } = await Transport.created(rig);
  const terms = await rig.terms(gateway);
  const digest = termsDigest(rig.domain, terms);
  const { payer, payee, thief } = rig.parties;
  const [ofPayer, ofPayee, ofThief] = [payer, payee, thief].map(({ signer }) => signAsParty(signer, digest));
  if (!ofPayer || !ofPayee || !ofThief) throw new Error('no signatures');
  await expect(rig.send(encodeCreate(terms, ofPayer, ofThief))).rejects.toThrow('NotSignedBy');
  await expect(rig.send(encodeCreate(terms, ofThief, ofPayee))).rejects.toThrow('NotSignedBy');
  await expect(rig.send(encodeCreate(terms, ofPayee, ofPayer))).rejects.toThrow('NotSignedBy');
  const changes = {
    receiver: thief.address,
    consignor: thief.address,
    quality: thief.address,
    price: '999999',
    bond: '4999',
    anchor: thief.address,
    gateway: thief.address,
    shipment: `0x${'5b'.repeat(16)}`,
    document: `0x${'d1'.repeat(32)}`,
    minMilliC: 1999,
    maxMilliC: 8001,
    dirtyFlags: 3,
    maxSilenceS: 601,
    readingS: 61,
    allowedOutS: 1801,
    rejectOutS: 7201,
    lossPerMinuteBps: 99,
    startBy: terms.startBy + 1,
    deliverBy: terms.deliverBy + HOUR,
    claimS: 1,
    disputeS: 1,
    rulingS: 1,
    salt: `0x${'00'.repeat(32)}`,
  };
  for (const [field, value] of Object.entries(changes)) {
    const changed = encodeCreate({ ...terms, [field]: value }, ofPayer, ofPayee);
    await expect(rig.send(changed), field).rejects.toThrow('NotSignedBy');
  }
  await rig.send(encodeCreate(terms, ofPayer, ofPayee), thief.wallet);
});
