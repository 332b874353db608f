// The agreement contract on a real EVM: every state and every way out of it.
import { expect, test } from 'vitest';
import { encodeFund } from '../../../ledger-sync/shipments/agreement-calls.js';
import type { AgreementTerms } from '../../../ledger-sync/shipments/agreement-terms.js';
import { DAY, HOUR, states, zeroAddress } from './agreement-rig.js';
import { agreementSuite } from './agreement-suite.js';
import { Transport } from './transport.js';

const rigOf = agreementSuite();
const price = 1_000_000n;
const bond = 5_000n;

/** Two hours, of which one was too warm: 3,600 s by the headers, 30 minutes more than are free, a loss of 30 %. */
const warmHour = (transport: Transport) => transport.driveCutting(60, 9000);

test('a compliant delivery is paid in full, by nothing but headers and the end of the time for objections', async () => {
  const transport = await Transport.delivered(rigOf());
  expect(await transport.state()).toBe(states.delivered);
  await transport.claim();
  expect(await transport.state()).toBe(states.underReview);
  await expect(transport.plain('settle')).rejects.toThrow('TooEarly');
  await rigOf().pass(DAY + 1);
  await transport.plain('settle');
  expect(await transport.state()).toBe(states.released);
  expect(await transport.credits()).toEqual([price, 0n]);
});

test('without a time for objections the headers alone pay', async () => {
  const transport = await Transport.delivered(rigOf(), { disputeS: 0 });
  await transport.claim();
  expect(await transport.state()).toBe(states.released);
  expect(await transport.credits()).toEqual([price, 0n]);
});

test('an excursion costs what the schedule says, and the rest goes back', async () => {
  const transport = await Transport.delivered(rigOf(), { disputeS: 0 }, warmHour);
  await transport.claim();
  expect((await transport.rig.standing(transport.terms)).outS).toBe(3600n);
  expect(await transport.credits()).toEqual([700_000n, 300_000n]);
});

test('an excursion that lasts too long is rejected: nothing is paid', async () => {
  const transport = await Transport.delivered(rigOf(), { disputeS: 0 }, (one) => one.driveCutting(120, 1999));
  await transport.claim();
  expect(await transport.state()).toBe(states.rejected);
  expect(await transport.credits()).toEqual([0n, price]);
});

test('goods that nobody took over in time are refunded, and not before', async () => {
  const transport = await Transport.armed(rigOf());
  await expect(transport.plain('refund')).rejects.toThrow('TooEarly');
  await rigOf().pass(HOUR + 1);
  await expect(transport.hand('carrier')).rejects.toThrow('TooLate');
  await transport.plain('refund');
  expect(await transport.state()).toBe(states.refunded);
  expect(await transport.credits()).toEqual([0n, price]);
});

test('goods that do not arrive in time are refunded, and not before', async () => {
  const transport = await Transport.moving(rigOf());
  await expect(transport.plain('refund')).rejects.toThrow('TooEarly');
  await rigOf().pass(DAY + 1);
  transport.nowS = await rigOf().now();
  await expect(transport.hand('receiver')).rejects.toThrow('TooLate');
  await expect(transport.dispute('payee')).rejects.toThrow('TooLate');
  await expect(transport.rule(0)).rejects.toThrow('TooLate');
  await transport.plain('refund');
  expect(await transport.credits()).toEqual([0n, price]);
});

test('a delivery of which no headers are shown in time is refunded: a gap counts as an excursion', async () => {
  const transport = await Transport.delivered(rigOf());
  await expect(transport.plain('refund')).rejects.toThrow('TooEarly');
  await rigOf().pass(DAY + 1);
  await expect(transport.claim()).rejects.toThrow('TooLate');
  await transport.plain('refund');
  expect(await transport.state()).toBe(states.refunded);
  expect(await transport.credits()).toEqual([0n, price]);
});

test('nothing that has ended can be touched again, by anybody', async () => {
  const transport = await Transport.delivered(rigOf(), { disputeS: 0 });
  await transport.claim();
  for (const step of ['settle', 'refund', 'discredit'] as const) {
    await expect(transport.plain(step)).rejects.toThrow('WrongState');
  }
  await expect(transport.plain('concede', 'payer')).rejects.toThrow('WrongState');
  await expect(transport.dispute('payer')).rejects.toThrow('WrongState');
  await expect(transport.rule(0)).rejects.toThrow('WrongState');
  await expect(transport.claim()).rejects.toThrow('WrongState');
  await expect(rigOf().create(transport.terms)).rejects.toThrow('WrongState');
  await expect(rigOf().fund(transport.terms)).rejects.toThrow('WrongState');
});

test('a dispute without merit costs the payer the bond', async () => {
  const transport = await Transport.delivered(rigOf());
  await transport.claim();
  await transport.dispute('payer');
  expect(await transport.state()).toBe(states.disputed);
  await transport.rule(0);
  expect(await transport.state()).toBe(states.released);
  expect(await transport.credits()).toEqual([price + bond, 0n]);
});

test('a dispute with merit gives the payer the bond back and costs the payee', async () => {
  const transport = await Transport.delivered(rigOf());
  await transport.claim();
  await transport.dispute('payer');
  await transport.rule(3600);
  expect(await transport.credits()).toEqual([700_000n, 300_000n + bond]);
});

test('a carrier whose own goods stayed cold in a truck that did not gets its ruling, its price and its bond', async () => {
  const transport = await Transport.delivered(rigOf(), {}, warmHour);
  await transport.claim();
  await transport.dispute('payee');
  await transport.rule(0);
  expect(await transport.credits()).toEqual([price + bond, 0n]);
});

test('a carrier that disputes what is true loses the bond', async () => {
  const transport = await Transport.delivered(rigOf(), {}, warmHour);
  await transport.claim();
  await transport.dispute('payee');
  await transport.rule(3600);
  expect(await transport.credits()).toEqual([700_000n, 300_000n + bond]);
});

test.each([
  ['payer', price + bond, 0n],
  ['payee', price, bond],
] as const)(
  'where nobody rules in time the headers stand, and the %s who disputed loses the bond',
  async (role, payee, payer) => {
    const transport = await Transport.delivered(rigOf());
    await transport.claim();
    await transport.dispute(role);
    await expect(transport.plain('settle')).rejects.toThrow('TooEarly');
    await rigOf().pass(2 * DAY + 1);
    await expect(transport.rule(0)).rejects.toThrow('TooLate');
    await transport.plain('settle');
    expect(await transport.credits()).toEqual([payee, payer]);
  },
);

test('a receiver who will not sign holds up nobody: the payee disputes, and quality rules that it was delivered', async () => {
  const transport = await Transport.moving(rigOf());
  await expect(transport.dispute('payer')).rejects.toThrow('WrongState');
  await transport.dispute('payee');
  await transport.rule(600);
  expect(await transport.state()).toBe(states.released);
  expect(await transport.credits()).toEqual([price + bond, 0n]);
});

test('without headers and without a ruling a dispute of the payee earns nothing', async () => {
  const transport = await Transport.delivered(rigOf());
  await expect(transport.dispute('payer')).rejects.toThrow('WrongState');
  await transport.dispute('payee');
  await expect(transport.claim()).rejects.toThrow('WrongState');
  await rigOf().pass(2 * DAY + 1);
  await transport.plain('settle');
  expect(await transport.state()).toBe(states.rejected);
  expect(await transport.credits()).toEqual([0n, price + bond]);
});

test('quality may release without a dispute, and it is the last word', async () => {
  const transport = await Transport.delivered(rigOf(), {}, warmHour);
  await transport.rule(0);
  expect(await transport.state()).toBe(states.released);
  expect(await transport.credits()).toEqual([price, 0n]);
  await expect(transport.rule(7200)).rejects.toThrow('WrongState');
});

test('only the quality party of the terms rules, on this agreement, while the ruling is good', async () => {
  const transport = await Transport.delivered(rigOf());
  const other = await Transport.delivered(rigOf());
  await transport.claim();
  await expect(transport.rule(0, {}, 'payee')).rejects.toThrow('NotSignedBy');
  await expect(transport.rule(0, { agreement: other.id })).rejects.toThrow('NotSignedBy');
  await expect(transport.rule(0, { deadline: (await rigOf().now()) - 1 })).rejects.toThrow('TooLate');
  const changed = (await transport.ruleData(0)).replace('e1'.repeat(32), 'e2'.repeat(32));
  await expect(rigOf().send(changed)).rejects.toThrow('NotSignedBy');
});

test('nobody rules or disputes before the goods are on their way', async () => {
  const transport = await Transport.armed(rigOf());
  await expect(transport.rule(0)).rejects.toThrow('WrongState');
  await expect(transport.dispute('payee')).rejects.toThrow('WrongState');
});

test('where no quality party is named nobody disputes or rules', async () => {
  const transport = await Transport.delivered(rigOf(), { quality: zeroAddress });
  await transport.claim();
  await expect(transport.dispute('payer')).rejects.toThrow('NobodyRules');
  await expect(transport.rule(0)).rejects.toThrow('NobodyRules');
});

test('only payer and payee dispute or give in, with exactly the bond', async () => {
  const transport = await Transport.delivered(rigOf());
  await transport.claim();
  await expect(transport.dispute('receiver')).rejects.toThrow('NotYours');
  await expect(transport.plain('dispute', 'payer', bond - 1n)).rejects.toThrow('NotReceivedInFull');
  await expect(transport.plain('dispute', 'payer')).rejects.toThrow('NotReceivedInFull');
  await expect(transport.plain('concede', 'thief')).rejects.toThrow('NotYours');
});

test('after the time for objections nobody disputes or contradicts any more', async () => {
  const transport = await Transport.delivered(rigOf());
  await transport.claim();
  await rigOf().pass(DAY + 1);
  await expect(transport.dispute('payer')).rejects.toThrow('TooLate');
  await expect(transport.plain('discredit')).rejects.toThrow('TooLate');
});

test.each([
  ['payer', 'armed', [price, 0n]],
  ['payee', 'moving', [0n, price]],
  ['payer', 'delivered', [price, 0n]],
] as const)('the %s may give in while the goods are %s', async (role, stage, credits) => {
  const transport = await Transport[stage](rigOf());
  await transport.plain('concede', role);
  expect(await transport.credits()).toEqual(credits);
});

test.each([
  ['payer', 'payer', [price + bond, 0n]],
  ['payer', 'payee', [0n, price + bond]],
  ['payee', 'payee', [0n, price + bond]],
  ['payee', 'payer', [price + bond, 0n]],
] as const)(
  'in a dispute by the %s, the %s who gives in leaves the bond to the other side',
  async (by, loser, credits) => {
    const transport = await Transport.delivered(rigOf());
    await transport.claim();
    await transport.dispute(by);
    await transport.plain('concede', loser);
    expect(await transport.credits()).toEqual(credits);
  },
);

test('an agreement that was not paid for is called off by either side, and moves no money', async () => {
  const transport = await Transport.created(rigOf());
  await expect(transport.plain('refund')).rejects.toThrow('WrongState');
  await transport.plain('concede', 'payee');
  expect(await transport.state()).toBe(states.refunded);
  expect(await transport.credits()).toEqual([0n, 0n]);
  await expect(rigOf().fund(transport.terms)).rejects.toThrow('WrongState');
});

test('an agreement without money still keeps custody and conditions', async () => {
  const transport = await Transport.delivered(rigOf(), { price: '0', bond: '0', disputeS: 0 }, warmHour);
  await transport.claim();
  expect(await transport.state()).toBe(states.released);
  expect(await transport.credits()).toEqual([0n, 0n]);
});

test('it is paid for in time, exactly, once, and only while the gateway may anchor', async () => {
  const rig = rigOf();
  const transport = await Transport.created(rig);
  const { terms } = transport;
  await expect(rig.fund({ ...terms, price: '999999' })).rejects.toThrow('WrongState');
  await expect(rig.send(encodeFund(terms))).rejects.toThrow('NotReceivedInFull');
  await rig.fund(terms, rig.parties.thief.wallet);
  await expect(rig.fund(terms)).rejects.toThrow('WrongState');
  const late = await Transport.created(rig);
  await rig.pass(HOUR + 1);
  await expect(rig.fund(late.terms)).rejects.toThrow('TooLate');
});

test('nobody pays into an agreement over a gateway that cannot anchor', async () => {
  const rig = rigOf();
  const { gateway } = await Transport.created(rig);
  const unknown = await rig.terms(gateway, { gateway: rig.parties.thief.address });
  await rig.create(unknown);
  await expect(rig.fund(unknown)).rejects.toThrow('GatewayNotActive');
});

const past = 1;
test.each<[keyof AgreementTerms, Partial<AgreementTerms>]>([
  ['payee', { payee: zeroAddress }],
  ['consignor', { consignor: zeroAddress }],
  ['receiver', { receiver: zeroAddress }],
  ['asset', { asset: `0x${'ee'.repeat(20)}` }],
  ['shipment', { shipment: `0x${'00'.repeat(16)}` }],
  ['minMilliC', { minMilliC: 8001 }],
  ['minMilliC', { minMilliC: -327_680 }],
  ['maxMilliC', { maxMilliC: 327_670 }],
  ['dirtyFlags', { dirtyFlags: 1 }],
  ['dirtyFlags', { dirtyFlags: 6 }],
  ['readingS', { readingS: 0 }],
  ['rejectOutS', { rejectOutS: 1800 }],
  ['startBy', { startBy: past }],
  ['deliverBy', { deliverBy: past }],
  ['deliverBy', { deliverBy: 2 ** 40 - 1 }],
  ['claimS', { claimS: 0 }],
  ['claimS', { claimS: 91 * DAY }],
  ['disputeS', { disputeS: 91 * DAY }],
  ['rulingS', { rulingS: 91 * DAY }],
])('terms with an impossible %s are refused: %o', async (field, change) => {
  const rig = rigOf();
  const { gateway } = await Transport.created(rig);
  await expect(rig.create(await rig.terms(gateway, change))).rejects.toThrow(`InvalidTerms(${field})`);
});

test('two roles that would judge or pay themselves are refused', async () => {
  const rig = rigOf();
  const { gateway } = await Transport.created(rig);
  const { payer, payee, consignor } = rig.parties;
  const selves: [string, Partial<AgreementTerms>][] = [
    ['payer', { payee: payer.address }],
    ['receiver', { receiver: consignor.address }],
    ['quality', { quality: payer.address }],
    ['quality', { quality: payee.address }],
    ['payer', { payer: zeroAddress }],
  ];
  for (const [field, change] of selves) {
    await expect(rig.create(await rig.terms(gateway, change))).rejects.toThrow(`InvalidTerms(${field})`);
  }
});
