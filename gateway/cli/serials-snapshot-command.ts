// `coldgate serials snapshot`: what a publisher signs for gateways that are offline, from its lot files and from what the
// contract says of them at one block.

import { readBlock } from '../../ledger-sync/anchor/chain-reader.js';
import { CommissionedLot } from '../../ledger-sync/serials/commissioned-lot.js';
import { signSnapshot, snapshotLot } from '../../ledger-sync/serials/snapshot.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { addressOption } from './ledger-parts.js';
import { lotStanding } from './lot-standing.js';
import { saveExport } from './saved-export.js';
import { readLotFile } from './serials-lot-command.js';
import { type ActOptions, actingAt, tell } from './serials-parts.js';

export interface SnapshotOptions extends ActOptions {
  readonly files: readonly string[];
  readonly output: string;
  /** Who commissioned the lots; by default the account that signs. */
  readonly maker?: string;
}

/** @throws UsageError, KeyError, FileError, SerialsError, LedgerError */
export async function runSerialsSnapshot(options: SnapshotOptions, io: CliIo): Promise<ExitCode> {
  if (options.maker !== undefined) addressOption('--maker', options.maker);
  const lots = options.files.map((path) => new CommissionedLot(readLotFile(path)));
  const { serials, rpc, signer, account, chainId, contract } = await actingAt(options);
  const maker = (options.maker ?? account).toLowerCase();
  const block = await readBlock(rpc, 'latest');
  const told = await Promise.all(
    lots.map(async (lot) => {
      const { state, spent } = await lotStanding(serials, lot, maker, block.number);
      return snapshotLot(lot, state, spent);
    }),
  );
  const snapshot = signSnapshot(signer, {
    ...{ chainId, contract, madeAtMs: Date.now(), blockNumber: block.number, lots: told },
  });
  saveExport(options.output, `${JSON.stringify(snapshot)}\n`, true);
  const packs = lots.reduce((sum, lot) => sum + lot.tree.size, 0);
  tell(options.json, { file: options.output, blockNumber: block.number, lots: lots.length, packs }, io, [
    `${options.output}: ${lots.length} lots with ${packs} packs as of block ${block.number}, signed by ${account}`,
  ]);
  return exitCodes.ok;
}
