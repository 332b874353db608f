// Random stories about several agreements at once, told by random actors on a real EVM, in coins and in a token. Whatever
// they do: what came in is what went out and what is held; states only move forward; and in the end nothing is stuck.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { encodeFund, encodePlain, encodeWithdraw } from '../../../ledger-sync/shipments/agreement-calls.js';
import { callAnvil } from '../anvil.js';
import { compilePeers, Peer } from './agreement-peers.js';
import { type AgreementRig, DAY, HOUR, type Role, states, zeroAddress } from './agreement-rig.js';
import { agreementSuite } from './agreement-suite.js';
import { Transport } from './transport.js';

const RUNS = Number(process.env.COLDGATE_CONTRACT_RUNS ?? 3);
const START = 10_000_000n;
const rigOf = agreementSuite();
beforeAll(() => compilePeers('PlainToken'));

const actors = ['payer', 'payee', 'carrier', 'receiver', 'thief'] as const;
const steps = [
  'fund',
  'hand',
  'hand',
  'deliver',
  'deliver',
  'claim',
  'claim',
  'dispute',
  'rule',
  'settle',
  'refund',
  'concede',
  'discredit',
  'withdraw',
  'withdraw',
  'pass',
] as const;

interface Act {
  readonly step: (typeof steps)[number];
  readonly actor: (typeof actors)[number];
  readonly which: number;
  readonly amount: number;
}

const act: fc.Arbitrary<Act> = fc.record({
  step: fc.constantFrom(...steps),
  actor: fc.constantFrom(...actors),
  which: fc.nat(2),
  amount: fc.nat(7200),
});

/** A story that gets far, whatever chance tells in the others: one agreement is paid out, another is disputed and ruled on. */
const farStory: readonly Act[] = [
  { step: 'hand', actor: 'carrier', which: 1, amount: 1 },
  { step: 'deliver', actor: 'receiver', which: 1, amount: 1 },
  { step: 'claim', actor: 'payee', which: 1, amount: 1 },
  { step: 'dispute', actor: 'payer', which: 1, amount: 1 },
  { step: 'rule', actor: 'payer', which: 1, amount: 3600 },
  { step: 'hand', actor: 'carrier', which: 0, amount: 1 },
  { step: 'deliver', actor: 'receiver', which: 0, amount: 1 },
  { step: 'claim', actor: 'payee', which: 0, amount: 1 },
  { step: 'pass', actor: 'payer', which: 0, amount: 7200 },
  { step: 'settle', actor: 'payee', which: 0, amount: 1 },
];

/** Ends of the way: nothing leads on from there. */
const ends: readonly number[] = [states.released, states.rejected, states.refunded];

/** States that any story came to. */
const reached = new Set<number>();

class Story {
  readonly #last = new Map<string, number>();

  constructor(
    readonly rig: AgreementRig,
    readonly token: Peer,
    readonly transports: readonly Transport[],
  ) {}

  async take({ step, actor, which, amount }: Act): Promise<void> {
    const transport = this.transports[which % this.transports.length];
    if (!transport) return;
    await this.#do(step, actor, transport, amount).catch((error: unknown) => {
      // The contract's refusals, the token's, and nothing else.
      if (!(error instanceof Error) || !/^[A-Z]\w+\(|revert/.test(error.message)) throw error;
    });
    await this.check();
  }

  async #do(step: Act['step'], actor: Role, transport: Transport, amount: number): Promise<unknown> {
    const { rig } = this;
    const { terms } = transport;
    const { wallet } = rig.parties[actor];
    const isCoin = terms.asset === zeroAddress;
    switch (step) {
      case 'fund':
        return rig.send(encodeFund(terms), wallet, isCoin ? BigInt(terms.price) : 0n);
      case 'hand':
        transport.driveCutting(10, amount % 3 === 0 ? 9000 : 5000);
        return transport.hand(actor === 'receiver' ? 'carrier' : actor);
      case 'deliver':
        transport.driveCutting(10);
        return transport.deliver();
      case 'claim':
        return transport.claim();
      case 'dispute':
        return rig.send(encodePlain('dispute', terms), wallet, isCoin ? BigInt(terms.bond) : 0n);
      case 'rule':
        return transport.rule(amount, {}, actor === 'thief' ? 'thief' : 'quality');
      case 'withdraw': {
        const account = rig.parties[actor].address;
        return rig.send(encodeWithdraw(terms.asset, account), wallet);
      }
      case 'pass':
        return this.#pass(amount * 10);
      default:
        return rig.send(encodePlain(step, terms), wallet);
    }
  }

  async #pass(seconds: number): Promise<void> {
    await this.rig.pass(seconds);
    const now = await this.rig.now();
    for (const transport of this.transports) transport.nowS = Math.max(transport.nowS, now);
  }

  async check(): Promise<void> {
    for (const transport of this.transports) {
      const state = await transport.state();
      const before = this.#last.get(transport.id) ?? states.created;
      expect(state).toBeGreaterThanOrEqual(before);
      if (ends.includes(before)) expect(state).toBe(before);
      this.#last.set(transport.id, state);
      reached.add(state);
    }
    const assets = [zeroAddress, this.token.address];
    const held = await Promise.all(assets.map((asset) => this.#balance(asset, this.rig.address)));
    expect(held).toEqual(await Promise.all(assets.map((asset) => this.#owed(asset))));
    const accounts = [this.rig.address, ...this.#holders()];
    const tokens = await Promise.all(accounts.map((account) => this.#balance(this.token.address, account)));
    expect(tokens.reduce((sum, amount) => sum + amount, 0n)).toBe(2n * START);
  }

  #holders(): string[] {
    return actors.map((role) => this.rig.parties[role].address);
  }

  /** What the contract must hold: prices and bonds of what is open, and credits. */
  async #owed(asset: string): Promise<bigint> {
    let owed = 0n;
    for (const { terms } of this.transports.filter((one) => one.terms.asset === asset)) {
      const state = await this.rig.state(terms);
      if (state >= states.armed && state <= states.disputed) owed += BigInt(terms.price);
      if (state === states.disputed) owed += BigInt(terms.bond);
    }
    const credits = await Promise.all(this.#holders().map((account) => this.rig.credit(asset, account)));
    return credits.reduce((sum, credit) => sum + credit, owed);
  }

  async #balance(asset: string, account: string): Promise<bigint> {
    if (asset !== zeroAddress) return BigInt(String(await this.token.read('balanceOf', account)));
    return BigInt(String(await callAnvil(this.rig.anvil, 'eth_getBalance', account, 'latest')));
  }

  /** Time passes, anybody ends what can be ended, everybody takes out what is his: nothing must be left. */
  async drain(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      await this.#pass(3 * DAY);
      for (const transport of this.transports) {
        await transport.plain('refund').catch(() => undefined);
        await transport.plain('settle').catch(() => undefined);
      }
    }
    for (const asset of [zeroAddress, this.token.address]) {
      for (const account of this.#holders()) {
        await this.rig.send(encodeWithdraw(asset, account)).catch(() => undefined);
      }
      expect(await this.#balance(asset, this.rig.address)).toBe(0n);
    }
    await this.check();
  }
}

async function begin(rig: AgreementRig): Promise<Story> {
  const token = await Peer.deploy(rig, 'PlainToken');
  for (const role of ['payer', 'payee'] as const) {
    await token.do('mint', [rig.parties[role].address, START]);
    await token.do('approve', [rig.address, START], rig.parties[role].wallet);
  }
  const change = { claimS: 6 * HOUR, disputeS: 6 * HOUR, rulingS: 6 * HOUR };
  const transports = [
    await Transport.armed(rig, change),
    await Transport.armed(rig, { ...change, asset: token.address }),
    await Transport.created(rig, { ...change, disputeS: 0, asset: token.address }),
  ];
  return new Story(rig, token, transports);
}

test('paid, given back and held is what was funded, states only move forward, and nothing is ever stuck', async () => {
  const rig = rigOf();
  const clean = await callAnvil(rig.anvil, 'evm_snapshot');
  let base = clean;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 12, maxLength: 24 }), async (acts) => {
      await callAnvil(rig.anvil, 'evm_revert', base);
      base = await callAnvil(rig.anvil, 'evm_snapshot');
      const story = await begin(rig);
      for (const one of acts) {
        await story.take(one);
      }
      await story.drain();
    }),
    { numRuns: RUNS, examples: [[[...farStory]]] },
  );
  // The stories did get somewhere.
  const { created, armed, inTransit, delivered, underReview, disputed, released } = states;
  expect([...reached]).toEqual(
    expect.arrayContaining([created, armed, inTransit, delivered, underReview, disputed, released]),
  );
}, 300_000);
