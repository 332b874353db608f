// `coldgate serials import`: brings snapshots and lot keys to a gateway by file. The gateway role takes them up while it runs.

import { loadConfig } from '../../config/load.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { parseLotKeyFile } from '../../ledger-sync/serials/lot-file.js';
import { MAX_SNAPSHOT_BYTES, openSnapshot } from '../../ledger-sync/serials/snapshot.js';
import { LotStoreRows } from '../authenticity/lot-store-rows.js';
import { openDatabase } from '../journal/database.js';
import { journalPathOf } from '../journal/paths.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { readSmallFile } from './ledger-parts.js';
import { tell } from './serials-parts.js';

export interface ImportOptions {
  readonly files: readonly string[];
  readonly config: string;
  readonly json?: boolean;
}

/** Everything is read before anything is kept. @throws ConfigError, UsageError, FileError, SerialsError, JournalError */
export async function runSerialsImport(options: ImportOptions, io: CliIo): Promise<ExitCode> {
  const { authenticity, gateway } = loadConfig(options.config);
  if (!authenticity) {
    const hint = 'say there which contract and which publishers are believed';
    throw new UsageError('WRONG_USE', `${options.config} has no authenticity section`, hint);
  }
  const publishers = authenticity.publishers.map((address) => address.toLowerCase());
  const domain = {
    chainId: authenticity.chainId,
    verifyingContract: fromHex(authenticity.contract.toLowerCase()),
  };
  const read = options.files.map((path) => {
    const text = readSmallFile(path, MAX_SNAPSHOT_BYTES);
    // A file that is neither is told as a bad snapshot, in its own words.
    if (/"format"\s*:\s*"coldgate-lot-key"/.test(text.slice(0, 200)))
      return { path, key: parseLotKeyFile(text) };
    return { path, text, snapshot: openSnapshot(text, publishers, domain) };
  });
  const database = openDatabase(journalPathOf(gateway.dataDir), { access: 'peer' });
  try {
    const store = new LotStoreRows(database, authenticity);
    const lines = read.map(({ path, key, snapshot, text }) => {
      if (key) {
        store.takeLotKey(key);
        return `${path}: the key of lot ${key.lot}`;
      }
      const isNew = store.takeSnapshot(snapshot, text);
      return `${path}: ${isNew ? '' : 'held already, '}a snapshot of ${snapshot.lots.length} lots as of block ${snapshot.blockNumber}`;
    });
    tell(options.json, { imported: read.map(({ path }) => path) }, io, lines);
  } finally {
    database.close();
  }
  return exitCodes.ok;
}
