// Rotation, revocation and freezing on a real EVM: who may stop a gateway, and that it stays stopped.
import { getBytes, hexlify } from 'ethers/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { encodeEquivocation } from '../../../ledger-sync/anchor/header-calls.js';
import {
  type Rotation,
  rotationDigest,
  signRegistration,
} from '../../../ledger-sync/anchor/registration-proof.js';
import {
  readRegistryEntry,
  registerGateway,
  revokeGateway,
  rotateGateway,
} from '../../../ledger-sync/anchor/registry.js';
import { type Anvil, callAnvil, startAnvil } from '../anvil.js';
import { ContractRig, statuses } from './contract-rig.js';
import { LoggedGateway, wireOf } from './logged-gateway.js';

const DAY_SECONDS = 86_400;

let anvil: Anvil;
let rig: ContractRig;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await ContractRig.deploy(anvil, 'anchor');
});
afterAll(() => anvil.stop());

const target = (wallet = rig.wallet) => ({ rpc: rig.rpc, wallet, contract: getBytes(rig.address) });
const registrar = () => getBytes(rig.wallet.address);

async function registered(name: string): Promise<LoggedGateway> {
  const gateway = new LoggedGateway(name, rig.domain);
  const proof = signRegistration(gateway.signer, rig.domain, registrar());
  await registerGateway(target(), gateway.address, proof);
  return gateway;
}

async function anchored(name: string, headers: number): Promise<LoggedGateway> {
  const gateway = await registered(name);
  for (let count = 0; count < headers; count += 1) {
    gateway.read(5000 + count);
    gateway.cut();
  }
  await rig.send(encodeAnchor(gateway.headers.map(wireOf)));
  return gateway;
}

/** Whether the contract takes the gateway's next header. */
async function takesNext(gateway: LoggedGateway): Promise<boolean> {
  gateway.read(4000);
  const wire = wireOf(gateway.cut());
  return Number(await rig.ask(encodeAnchor([wire]))) === 1;
}

function bothSign(old: LoggedGateway, next: LoggedGateway, change: Partial<Rotation> = {}) {
  const rotation = {
    gateway: old.address,
    successor: next.address,
    lastSeq: old.headers.length,
    registrar: registrar(),
    ...change,
  };
  const digest = rotationDigest(rig.domain, rotation);
  return [old.signer.sign(digest), next.signer.sign(digest)] as const;
}

describe('rotation', () => {
  test('a key signed for by both is replaced: the old one stops with all it anchored valid, the new one begins', async () => {
    const [old, next] = [await anchored('old', 2), new LoggedGateway('next', rig.domain)];
    await rotateGateway(target(), old.address, next.address, bothSign(old, next));
    expect(await rig.stateOf(old.address)).toEqual({ status: statuses.rotated, seq: 2, lastValidSeq: 2 });
    expect(await rig.stateOf(next.address)).toMatchObject({ status: statuses.active, seq: 0 });
    expect(await takesNext(old)).toBe(false);
    expect(await takesNext(next)).toBe(true);
    const block = Number(await callAnvil(anvil, 'eth_blockNumber'));
    const entry = await readRegistryEntry(rig.rpc, rig.address, old.address, block);
    expect(entry).toMatchObject({ status: 'rotated', seq: 2, successor: next.address });
  });

  test('neither key alone can rotate', async () => {
    const [old, next] = [await anchored('alone', 1), new LoggedGateway('alone next', rig.domain)];
    const [fromOld, fromNext] = bothSign(old, next);
    const rotate = (proofs: readonly [Uint8Array, Uint8Array]) =>
      rotateGateway(target(), old.address, next.address, proofs);
    await expect(rotate([fromOld, fromOld])).rejects.toThrow('NotProvenByGateway');
    await expect(rotate([fromNext, fromNext])).rejects.toThrow('NotProvenByGateway');
  });

  test('a thief of the old key cannot rotate it without a registrar', async () => {
    const [old, thief] = [await anchored('stolen', 1), new LoggedGateway('thief', rig.domain)];
    const proofs = bothSign(old, thief, { registrar: getBytes(rig.stranger.address) });
    await expect(rotateGateway(target(rig.stranger), old.address, thief.address, proofs)).rejects.toThrow(
      'AccessControlUnauthorizedAccount',
    );
  });

  test('a header anchored after the keys signed refuses the rotation, so nothing is left behind', async () => {
    const [old, next] = [await anchored('behind', 1), new LoggedGateway('behind next', rig.domain)];
    const proofs = bothSign(old, next);
    old.read(5000);
    await rig.send(encodeAnchor([wireOf(old.cut())]));
    await expect(rotateGateway(target(), old.address, next.address, proofs)).rejects.toThrow(
      'NotProvenByGateway',
    );
  });

  test('a key that is known already cannot be a successor, and none is replaced twice', async () => {
    const [old, known] = [await anchored('twice', 1), await anchored('known', 1)];
    await expect(rotateGateway(target(), old.address, known.address, bothSign(old, known))).rejects.toThrow(
      'AlreadyRegistered',
    );
    const next = new LoggedGateway('twice next', rig.domain);
    await rotateGateway(target(), old.address, next.address, bothSign(old, next));
    const third = new LoggedGateway('twice third', rig.domain);
    await expect(rotateGateway(target(), old.address, third.address, bothSign(old, third))).rejects.toThrow(
      'WrongStatus',
    );
  });
});

describe('revocation', () => {
  test('a revoked gateway anchors nothing more, and its registry entry says up to where it is believed', async () => {
    const gateway = await anchored('revoked', 3);
    await revokeGateway(target(), gateway.address, 2, 'stolen');
    expect(await rig.stateOf(gateway.address)).toEqual({
      status: statuses.revoked,
      seq: 3,
      lastValidSeq: 2,
    });
    expect(await takesNext(gateway)).toBe(false);
    const [head, seq] = await rig.read('head', hexlify(gateway.address));
    expect([head.length, Number(seq)]).toEqual([2 + 56, 3]);
  });

  test('only a revoker revokes, only what is registered, once, and not beyond what is anchored', async () => {
    const gateway = await anchored('rules', 1);
    const revoke = (seq: number, wallet = rig.wallet) =>
      revokeGateway(target(wallet), gateway.address, seq, '');
    await expect(revoke(1, rig.stranger)).rejects.toThrow('AccessControlUnauthorizedAccount');
    await expect(revoke(2)).rejects.toThrow('NotAnchored');
    await revoke(1);
    await expect(revoke(1)).rejects.toThrow('WrongStatus');
    const unknown = new LoggedGateway('unknown', rig.domain);
    await expect(revokeGateway(target(), unknown.address, 0, '')).rejects.toThrow('WrongStatus');
  });

  test('a reason that does not fit the ledger is refused before anything is sent', async () => {
    const gateway = await anchored('reason', 1);
    await expect(revokeGateway(target(), gateway.address, 0, 'x'.repeat(33))).rejects.toMatchObject({
      code: 'CONTRACT_REFUSED',
    });
    expect(await rig.stateOf(gateway.address)).toMatchObject({ status: statuses.active });
  });

  test('registering again is refused in every state', async () => {
    const gateway = await anchored('again', 1);
    await revokeGateway(target(), gateway.address, 0, '');
    const proof = signRegistration(gateway.signer, rig.domain, registrar());
    await expect(registerGateway(target(), gateway.address, proof)).rejects.toThrow('AlreadyRegistered');
  });
});

describe('freezing', () => {
  async function frozen(name: string): Promise<LoggedGateway> {
    const gateway = await anchored(name, 2);
    const [, second] = gateway.headers;
    const clone = new LoggedGateway(name, rig.domain);
    clone.read(5000);
    clone.cut();
    clone.read(9000);
    const other = clone.cut();
    if (!second) throw new Error('two were cut');
    await rig.send(encodeEquivocation(second, other), rig.stranger);
    return gateway;
  }

  test('a frozen gateway anchors nothing more and may be punished only after the delay', async () => {
    const gateway = await frozen('frozen');
    expect(await rig.stateOf(gateway.address)).toEqual({ status: statuses.frozen, seq: 2, lastValidSeq: 1 });
    expect(await takesNext(gateway)).toBe(false);
    const may = async () => (await rig.read('mayPenalise', hexlify(gateway.address)))[0];
    expect(await may()).toBe(false);
    await callAnvil(anvil, 'evm_increaseTime', 7 * DAY_SECONDS + 1);
    await callAnvil(anvil, 'evm_mine');
    expect(await may()).toBe(true);
  });

  test('a revoker who finds an honest gateway ends the threat of a penalty, and it stays stopped', async () => {
    const gateway = await frozen('restored card');
    await revokeGateway(target(), gateway.address, 1, 'restored card image');
    await callAnvil(anvil, 'evm_increaseTime', 8 * DAY_SECONDS);
    await callAnvil(anvil, 'evm_mine');
    expect((await rig.read('mayPenalise', hexlify(gateway.address)))[0]).toBe(false);
    expect(await rig.stateOf(gateway.address)).toMatchObject({ status: statuses.revoked, lastValidSeq: 1 });
    expect(await takesNext(gateway)).toBe(false);
  });

  test('a rotated key can still be frozen for what it signed before', async () => {
    const [old, next] = [await anchored('late proof', 1), new LoggedGateway('late next', rig.domain)];
    await rotateGateway(target(), old.address, next.address, bothSign(old, next));
    const [first] = old.headers;
    const clone = new LoggedGateway('late proof', rig.domain);
    clone.read(1);
    if (!first) throw new Error('one was cut');
    await rig.send(encodeEquivocation(first, clone.cut()));
    expect(await rig.stateOf(old.address)).toEqual({ status: statuses.frozen, seq: 1, lastValidSeq: 0 });
    const [, , , , successor] = await rig.read('statusOf', hexlify(old.address));
    expect(String(successor).toLowerCase()).toBe(hexlify(next.address));
  });

  test('who is frozen or revoked cannot be frozen again', async () => {
    const gateway = await frozen('again frozen');
    const [first] = gateway.headers;
    const clone = new LoggedGateway('again frozen', rig.domain);
    clone.read(1);
    if (!first) throw new Error('two were cut');
    const proof = encodeEquivocation(first, clone.cut());
    await expect(rig.send(proof)).rejects.toThrow('WrongStatus');
  });
});
