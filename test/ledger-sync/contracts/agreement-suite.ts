// One chain per test file, and every test on a chain as it was before the others.
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Anvil, callAnvil, startAnvil } from '../anvil.js';
import { AgreementRig } from './agreement-rig.js';

/** Registers the hooks. @returns the rig, once the hooks have run */
export function agreementSuite(): () => AgreementRig {
  let anvil: Anvil;
  let rig: AgreementRig;
  let snapshot: unknown;
  beforeAll(async () => {
    anvil = await startAnvil();
    rig = await AgreementRig.deploy(anvil);
  });
  beforeEach(async () => {
    if (snapshot !== undefined) await callAnvil(anvil, 'evm_revert', snapshot);
    snapshot = await callAnvil(anvil, 'evm_snapshot');
  });
  afterAll(() => anvil.stop());
  return () => rig;
}
