// Random stories of honest gateways, thieves, registrars and relays on a real EVM: a head only moves forward, only by
// its gateway's signature, and who is stopped stays stopped.
import { hexlify } from 'ethers/utils';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { encodeEquivocation } from '../../../ledger-sync/anchor/header-calls.js';
import { rotationDigest, signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { headOf, type SignedBatch } from '../../../ledger-sync/evidence/batch.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { flipBit } from '../evidence/memory-log.js';
import { ContractRig, statuses } from './contract-rig.js';
import { LoggedGateway, wireOf } from './logged-gateway.js';

const FLEET = 3;
const RUNS = Number(process.env.COLDGATE_CONTRACT_RUNS ?? 12);

let anvil: Anvil;
let rig: ContractRig;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await ContractRig.deploy(anvil, 'anchor');
});
afterAll(() => anvil.stop());

type Step =
  | { kind: 'register'; who: number }
  | { kind: 'anchor'; who: number; count: number; isShuffled: boolean }
  | { kind: 'damage'; who: number; bit: number }
  | { kind: 'replay'; who: number }
  | { kind: 'equivocate'; who: number }
  | { kind: 'revoke'; who: number; seq: number }
  | { kind: 'rotate'; who: number };

const who = fc.nat(FLEET - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('register' as const), who }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('anchor' as const),
      who,
      count: fc.integer({ min: 1, max: 3 }),
      isShuffled: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('damage' as const), who, bit: fc.nat(1167) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replay' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('equivocate' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), who, seq: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rotate' as const), who }) },
);

let storyNumber = 0;

/** One fleet on the contract that all stories share; refusals are part of the story. */
class Story {
  readonly name: string;
  readonly fleet: LoggedGateway[];
  /** Heads that each key has ever signed, by sequence. */
  readonly signed = new Map<string, string>();
  readonly last = new Map<string, { status: number; seq: number; head: string }>();

  constructor() {
    storyNumber += 1;
    this.name = `story ${storyNumber}`;
    this.fleet = Array.from(
      { length: FLEET },
      (_, index) => new LoggedGateway(`${this.name} ${index}`, rig.domain),
    );
  }

  async take(one: Step): Promise<void> {
    const gateway = this.fleet[one.who];
    if (!gateway) return;
    await this.#do(one, gateway).catch((error: unknown) => {
      // The contract's refusals and nothing else.
      if (!(error instanceof Error) || !/^[A-Z]\w+\(/.test(error.message)) throw error;
    });
  }

  async #do(one: Step, gateway: LoggedGateway): Promise<unknown> {
    const address = hexlify(gateway.address);
    switch (one.kind) {
      case 'register': {
        const proof = signRegistration(gateway.signer, rig.domain, fromHex(rig.wallet.address));
        return rig.do('register', address, hexlify(proof));
      }
      case 'anchor': {
        const batches = Array.from({ length: one.count }, () => this.#cut(gateway));
        if (one.isShuffled) batches.reverse();
        return rig.send(encodeAnchor(batches.map(wireOf)), rig.stranger);
      }
      case 'damage':
        return rig.send(encodeAnchor([flipBit(wireOf(this.#cut(gateway)), one.bit)]));
      case 'replay':
        return rig.send(encodeAnchor(gateway.headers.map(wireOf)), rig.stranger);
      case 'equivocate': {
        const first = gateway.headers[0] ?? this.#cut(gateway);
        const clone = new LoggedGateway(gateway.name, rig.domain);
        clone.read(-1);
        return rig.send(encodeEquivocation(first, clone.cut()), rig.stranger);
      }
      case 'revoke':
        return rig.do('revoke', address, one.seq, hexlify(new Uint8Array(32)));
      case 'rotate':
        return this.#rotate(gateway, one.who);
    }
  }

  async #rotate(gateway: LoggedGateway, index: number): Promise<void> {
    const next = new LoggedGateway(`${gateway.name}'`, rig.domain);
    const { seq } = await rig.stateOf(gateway.address);
    const rotation = {
      gateway: gateway.address,
      successor: next.address,
      lastSeq: seq,
      registrar: fromHex(rig.wallet.address),
    };
    const digest = rotationDigest(rig.domain, rotation);
    const proofs = [gateway.signer.sign(digest), next.signer.sign(digest)].map((one) => hexlify(one));
    await rig.do('rotate', hexlify(gateway.address), hexlify(next.address), ...proofs);
    this.fleet[index] = next;
    this.fleet.push(gateway);
  }

  #cut(gateway: LoggedGateway): SignedBatch {
    gateway.read(5000);
    const batch = gateway.cut();
    this.signed.set(`${hexlify(gateway.address)} ${batch.meta.seq}`, toHex(headOf(batch)));
    return batch;
  }

  async check(): Promise<void> {
    for (const gateway of this.fleet) {
      const address = hexlify(gateway.address);
      const { status, seq } = await rig.stateOf(gateway.address);
      const head = String((await rig.read('head', address))[0]).slice(2);
      const before = this.last.get(address);
      if (before) {
        expect(seq).toBeGreaterThanOrEqual(before.seq);
        if (before.status > statuses.active) {
          expect({ seq, head }).toEqual({ seq: before.seq, head: before.head });
          expect(status).toBeGreaterThan(statuses.active);
        }
      }
      if (seq > 0) expect(this.signed.get(`${address} ${seq}`)).toBe(head);
      this.last.set(address, { status, seq, head });
    }
  }
}

test('a head only moves forward, only to what its key has signed, and a stopped one never moves', async () => {
  let anchored = 0;
  let stopped = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const story = new Story();
      for (const one of steps) {
        await story.take(one);
        await story.check();
      }
      for (const { status, seq } of story.last.values()) {
        anchored += seq;
        if (status > statuses.active) stopped += 1;
      }
    }),
    { numRuns: RUNS },
  );
  // A run in which nothing happens proves nothing.
  expect(anchored).toBeGreaterThan(0);
  expect(stopped).toBeGreaterThan(0);
}, 600_000);
