// The aggregate contract on a real EVM: one root for a fleet, and a single header promoted in a dispute.
import { hexlify } from 'ethers/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeVerifyRecord, headerArgument } from '../../../ledger-sync/anchor/header-calls.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { headOf, packMeta, type SignedBatch } from '../../../ledger-sync/evidence/batch.js';
import { concatBytes, fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { buildInclusion } from '../../../ledger-sync/evidence/inclusion.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { MemoryLog } from '../evidence/memory-log.js';
import { ContractRig } from './contract-rig.js';
import { LoggedGateway } from './logged-gateway.js';

let anvil: Anvil;
let rig: ContractRig;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await ContractRig.deploy(anvil, 'aggregate');
});
afterAll(() => anvil.stop());

/** gateway 20 | prev 28 | meta 30 | root 32 | signature 64 */
const leafOf = ({ gateway, prev, meta, root, signature }: SignedBatch) =>
  concatBytes(gateway, prev, packMeta(meta).slice(2), root, signature);

/** A gateway that is registered and has signed so many headers, one reading each. */
async function gatewayWith(name: string, headers: number): Promise<LoggedGateway> {
  const gateway = new LoggedGateway(name, rig.domain);
  const proof = signRegistration(gateway.signer, rig.domain, fromHex(rig.wallet.address));
  await rig.do('register', hexlify(gateway.address), hexlify(proof));
  for (let count = 0; count < headers; count += 1) {
    gateway.read(5000 + count);
    gateway.cut();
  }
  return gateway;
}

/** Publishes the fleet's headers as one log. */
async function published(...gateways: readonly LoggedGateway[]) {
  const headers = gateways.flatMap((gateway) => gateway.headers);
  const log = new MemoryLog(headers.map(leafOf));
  const size = headers.length;
  const root = log.rootOf(0, size);
  await rig.do('aggregate', root, size);
  /** Arguments of promote for a header of the log. */
  const promotion = (header: SignedBatch) => {
    const index = headers.indexOf(header);
    const path = buildInclusion(index, size, log);
    return [
      rig.wallet.address,
      root,
      size,
      hexlify(header.gateway),
      headerArgument(header),
      index,
      path,
    ] as const;
  };
  return { root, size, promotion };
}

function header(gateway: LoggedGateway, seq: number): SignedBatch {
  const found = gateway.headers[seq - 1];
  if (!found) throw new Error(`no header ${seq}`);
  return found;
}

describe('publishing', () => {
  test("an aggregator's newest tree is known by root and size together, and the tree before is not any more", async () => {
    const fleet = await gatewayWith('fleet', 3);
    const first = await published(fleet);
    const isKnown = async (root: Uint8Array, size: number, who = rig.wallet.address) =>
      (await rig.read('isNewestTree', who, root, size))[0];
    expect(await isKnown(first.root, 3)).toBe(true);
    expect(await isKnown(first.root, 4)).toBe(false);
    expect(await isKnown(first.root, 3, rig.stranger.address)).toBe(false);
    fleet.read(1);
    fleet.cut();
    await published(fleet);
    expect(await isKnown(first.root, 3)).toBe(false);
  });
});

describe('promotion', () => {
  test('a header under the root becomes the head of its gateway, and records can be proven under it', async () => {
    const [a, b] = [await gatewayWith('a', 4), await gatewayWith('b', 7)];
    const { promotion } = await published(a, b);
    const fifth = header(b, 5);
    await rig.send(rig.encode('promote', ...promotion(fifth)), rig.stranger);
    const [head, seq] = await rig.read('head', hexlify(b.address));
    expect([String(head).slice(2), Number(seq)]).toEqual([toHex(headOf(fifth)), 5]);
    const question = encodeVerifyRecord([fifth], b.leaf(2), { index: 2, path: b.path(2, 5) });
    expect(await rig.ask(question)).toBe(true);
  });

  test('a head only goes forward', async () => {
    const gateway = await gatewayWith('forward', 3);
    const { promotion } = await published(gateway);
    await rig.do('promote', ...promotion(header(gateway, 2)));
    for (const seq of [1, 2]) {
      await expect(rig.do('promote', ...promotion(header(gateway, seq)))).rejects.toThrow('NotNewer');
    }
    await rig.do('promote', ...promotion(header(gateway, 3)));
  });

  test('a tree that nobody published, another place and a header that nobody signed are refused', async () => {
    const gateway = await gatewayWith('refused', 3);
    const { promotion } = await published(gateway);
    const [aggregator, root, size, address, argument, index, path] = promotion(header(gateway, 2));
    const promote = (...values: readonly unknown[]) => rig.do('promote', ...values);
    await expect(promote(rig.stranger.address, root, size, address, argument, index, path)).rejects.toThrow(
      'UnknownTree',
    );
    await expect(promote(aggregator, root, size + 1, address, argument, index, path)).rejects.toThrow(
      'UnknownTree',
    );
    await expect(promote(aggregator, root, size, address, argument, index + 1, path)).rejects.toThrow(
      'NotIncluded',
    );
    const forged = { ...argument, root: hexlify(new Uint8Array(32)) };
    await expect(promote(aggregator, root, size, address, forged, index, path)).rejects.toThrow('NotSigned');
  });

  test('nothing of a gateway that is not registered or was revoked is promoted', async () => {
    const [gateway, stranger] = [await gatewayWith('revoked', 2), new LoggedGateway('stranger', rig.domain)];
    stranger.read(1);
    stranger.cut();
    const { promotion } = await published(gateway, stranger);
    await rig.do('revoke', hexlify(gateway.address), 0, `0x${'00'.repeat(32)}`);
    for (const one of [header(gateway, 1), header(stranger, 1)]) {
      await expect(rig.do('promote', ...promotion(one))).rejects.toThrow('WrongStatus');
    }
  });
});
