// How a lot stands on the ledger at one block: what snapshots and pages are made from. The file must be the one that was
// commissioned.

import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import type { CommissionedLot } from '../../ledger-sync/serials/commissioned-lot.js';
import type { SerialsContract } from '../../ledger-sync/serials/serials-contract.js';

/** @throws LedgerError RPC_*, CONTRACT_REFUSED for another root */
export async function lotStanding(
  serials: SerialsContract,
  lot: CommissionedLot,
  maker: string,
  block: number,
) {
  const name = { maker, lot: lot.lotId };
  const [state] = await serials.lots([name], block);
  if (state?.root !== toHex(lot.tree.root)) {
    const found = state === undefined || state.size === 0 ? 'nothing' : `root ${state.root}`;
    const message = `of lot ${lot.file.lot} of ${maker} the contract has ${found}, the file gives root ${toHex(lot.tree.root)}`;
    throw new LedgerError(
      'CONTRACT_REFUSED',
      message,
      'Commission the lot first, or give the file that was commissioned.',
    );
  }
  return { state, spent: await serials.spent(name, state.size, block) };
}
