// The P-256 twin on a real EVM: the same rules as the contract for secp256k1, with keys of secure elements.
import { hexlify } from 'ethers/utils';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { encodeEquivocation } from '../../../ledger-sync/anchor/header-calls.js';
import { registrationDigest } from '../../../ledger-sync/anchor/registration-proof.js';
import { headOf } from '../../../ledger-sync/evidence/batch.js';
import { concatBytes, fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { flipBit } from '../evidence/memory-log.js';
import { ContractRig, statuses } from './contract-rig.js';
import { P256Gateway } from './p256-gateway.js';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const skip = { unregistered: 1n, old: 2n, gap: 3n, signature: 4n, stopped: 5n };

let anvil: Anvil;
let rig: ContractRig;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await ContractRig.deploy(anvil, 'anchor-p256');
});
afterAll(() => anvil.stop());

async function registered(name: string): Promise<P256Gateway> {
  const gateway = new P256Gateway(name);
  const digest = registrationDigest(rig.domain, gateway.address, fromHex(rig.wallet.address));
  await rig.do('register', hexlify(gateway.address), hexlify(gateway.sign(digest)));
  return gateway;
}

async function headOnLedger(gateway: P256Gateway): Promise<[head: string, seq: number]> {
  const [head, seq] = await rig.read('head', hexlify(gateway.address));
  return [String(head).slice(2), Number(seq)];
}

/** Reasons of every Skipped event, in order. */
async function skips(...wires: readonly Uint8Array[]): Promise<unknown[]> {
  const { logs } = await rig.send(encodeAnchor(wires));
  return logs.flatMap((log) => {
    const event = rig.interface.parseLog(log);
    return event?.name === 'Skipped' ? [event.args[2]] : [];
  });
}

test('headers that follow each other are taken, and the head is the one that we compute', async () => {
  const gateway = await registered('follows');
  const batches = [gateway.cut(rig.domain), gateway.cut(rig.domain), gateway.cut(rig.domain)] as const;
  await rig.send(encodeAnchor(batches.map(({ wire }) => wire)));
  expect(await headOnLedger(gateway)).toEqual([toHex(headOf(batches[2])), 3]);
});

test('repeats, gaps, strangers, forks and other domains are skipped with their reason', async () => {
  const gateway = await registered('skipped');
  const first = gateway.cut(rig.domain);
  expect(await skips(first.wire, first.wire)).toEqual([skip.old]);
  gateway.cut(rig.domain);
  expect(await skips(gateway.cut(rig.domain).wire)).toEqual([skip.gap]);
  expect(await skips(new P256Gateway('stranger').cut(rig.domain).wire)).toEqual([skip.unregistered]);
  const clone = new P256Gateway('skipped');
  clone.cut(rig.domain, 'other history');
  expect(await skips(clone.cut(rig.domain).wire)).toEqual([skip.signature]);
  const elsewhere = new P256Gateway('skipped');
  elsewhere.cut(rig.domain);
  expect(await skips(elsewhere.cut({ ...rig.domain, chainId: 1 }).wire)).toEqual([skip.signature]);
});

test('the high-s twin of a valid signature is skipped', async () => {
  const gateway = await registered('high s');
  const { wire } = gateway.cut(rig.domain);
  const s = BigInt(`0x${toHex(wire.slice(94, 126))}`);
  const high = fromHex((ORDER - s).toString(16).padStart(64, '0'));
  expect(await skips(concatBytes(wire.slice(0, 94), high, wire.slice(126)), wire)).toEqual([skip.signature]);
  expect((await headOnLedger(gateway))[1]).toBe(1);
});

test('no flipped bit anywhere in a record is taken, and none moves another gateway', async () => {
  const gateway = await registered('bits');
  const { wire } = gateway.cut(rig.domain);
  await fc.assert(
    fc.asyncProperty(fc.nat(wire.length * 8 - 1), async (bit) => {
      expect(await rig.ask(encodeAnchor([flipBit(wire, bit)]))).toBe(0n);
    }),
    { numRuns: 120 },
  );
  expect(await rig.ask(encodeAnchor([wire]))).toBe(1n);
});

test('a key proves itself at registration, and no other key does it for it', async () => {
  const [gateway, thief] = [new P256Gateway('victim'), new P256Gateway('thief')];
  const digest = registrationDigest(rig.domain, gateway.address, fromHex(rig.wallet.address));
  const register = (signature: Uint8Array) =>
    rig.do('register', hexlify(gateway.address), hexlify(signature));
  await expect(register(thief.sign(digest))).rejects.toThrow('NotProvenByGateway');
  const mixed = concatBytes(thief.sign(digest).slice(0, 64), gateway.publicKey);
  await expect(register(mixed)).rejects.toThrow('NotProvenByGateway');
  await expect(register(gateway.sign(digest).slice(0, 127))).rejects.toThrow('NotProvenByGateway');
  await register(gateway.sign(digest));
});

test('two headers of one sequence freeze the gateway; one header with two signatures does not', async () => {
  const gateway = await registered('two');
  const first = gateway.cut(rig.domain);
  const clone = new P256Gateway('two').cut(rig.domain, 'other');
  const again = new P256Gateway('two').cut(rig.domain);
  expect(again.signature).not.toEqual(first.signature);
  await expect(rig.send(encodeEquivocation(first, again))).rejects.toThrow('NoContradiction');
  await rig.send(encodeEquivocation(first, clone), rig.stranger);
  expect(await rig.stateOf(gateway.address)).toMatchObject({ status: statuses.frozen });
  expect(await skips(first.wire)).toEqual([skip.stopped]);
});

test.each([1, 146, 189, 191])('%i bytes of records are refused as a whole', async (length) => {
  await expect(rig.send(encodeAnchor([new Uint8Array(length)]))).rejects.toThrow('InvalidLength');
});

test('a chain that cannot check P-256 refuses the contract', async () => {
  const old = await startAnvil({ hardfork: 'prague' });
  try {
    await expect(ContractRig.deploy(old, 'anchor-p256')).rejects.toThrow(/MissingPrecompile|revert/i);
  } finally {
    await old.stop();
  }
});
