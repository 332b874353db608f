// The gateway's side of a relay over the journal's own rows: what the ledger-sync role would write, if there were one.

import type { Logger } from 'pino';
import type { Config, LedgerConfig } from '../../config/schema.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { aggregateProofSaver } from '../journal/aggregate-proofs.js';
import { anchorRows } from '../journal/anchor-rows.js';
import { openDatabase } from '../journal/database.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { topicsOf } from '../publish/topics.js';
import { RelayedLedger } from './relayed-ledger.js';

export interface OpenRelayed {
  readonly ledger: RelayedLedger;
  close(): void;
}

/** @throws JournalError */
export function openRelayed(
  config: Config,
  { chainId, contract }: LedgerConfig,
  journal: JournalReader,
  journalPath: string,
  log: Logger,
): OpenRelayed {
  const database = openDatabase(journalPath, { access: 'peer' });
  const domain = { chainId, verifyingContract: fromHex(contract.toLowerCase()) };
  const store = anchorRows(database, journal.gateway, domain);
  const topics = topicsOf(config.gateway.name);
  return {
    ledger: new RelayedLedger({
      ...{ store, journal, topics, domain, log },
      saveProof: aggregateProofSaver(database, domain),
    }),
    close: () => database.close(),
  };
}
