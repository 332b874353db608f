// A consortium's own chain, where gas costs nothing: an account without any coin deploys, registers and anchors.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { type Anvil, callAnvil, startAnvil } from '../anvil.js';
import { deployTestLedger } from '../test-ledger.js';
import { SubmitterRig } from './submitter-rig.js';

let anvil: Anvil;

beforeAll(async () => {
  anvil = await startAnvil({ isFree: true });
});
afterAll(() => anvil.stop());

test('an account without coin pays for everything where everything is free', async () => {
  const ledger = await deployTestLedger(anvil.url);
  const rig = new SubmitterRig(anvil, ledger, 'consortium truck', { finality: 'immediate' });
  for (const { address } of [ledger.wallet, rig.wallet]) {
    await callAnvil(anvil, 'anvil_setBalance', address, '0x0');
  }
  await ledger.register(rig.gateway);
  rig.cut();
  expect(await rig.tick()).toMatchObject({ kind: 'sent', toSeq: 1 });
  expect(await rig.tick()).toEqual({ kind: 'idle', seq: 1 });
  expect(rig.store.problems.filter((problem) => problem !== undefined)).toEqual([]);
  expect(await new JsonRpc(anvil.url).call('eth_getBalance', [rig.wallet.address, 'latest'])).toBe('0x0');
});
