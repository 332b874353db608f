// The ledger-sync role: carries signed headers to the contract and writes down what the ledger says. Holds the
// key that pays, never sees the device key; knows the gateway role only through the journal.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config, LedgerConfig } from '../config/schema.js';
import { runAnchorLoop } from '../ledger-sync/anchor/follow-loop.js';
import { JsonRpc } from '../ledger-sync/anchor/json-rpc.js';
import { payingWallet } from '../ledger-sync/anchor/paying-wallet.js';
import { AnchorSubmitter } from '../ledger-sync/anchor/submitter.js';
import { fromHex } from '../ledger-sync/evidence/bytes.js';
import type { RunningRole } from './gateway-role.js';
import { anchorRows } from './journal/anchor-rows.js';
import { type JournalDatabase, openDatabase } from './journal/database.js';
import { readIdentity } from './journal/identity.js';
import { JournalError } from './journal/journal-error.js';
import { journalPathOf } from './journal/paths.js';
import { whenReplaced } from './journal/replaced-journal.js';
import { ledgerTables } from './journal/row-check.js';
import { commitsCutOff } from './journal/wal-chain.js';
import { sayMended } from './recovery/mended-notice.js';
import { mendRows } from './recovery/rotten-rows.js';
import { checkedRow } from './recovery/row-truth.js';
import { openKeyFile, readPassphrase } from './sealing/key-file.js';
import { followSerials } from './serials-follow.js';
import { spendingLimits } from './spending-limits.js';

const JOURNAL_WAIT_MS = 500;

/** Waits for the gateway role to make the journal: the two start side by side. */
async function waitForJournal(
  path: string,
  log: Logger,
  signal: AbortSignal,
): Promise<JournalDatabase | undefined> {
  let hasSaid = false;
  while (!signal.aborted) {
    try {
      // Whoever writes now would write over commits that the gateway role brings back.
      const database = commitsCutOff(path) === 0 && openDatabase(path, { access: 'peer' });
      if (database && readIdentity(database)) return database;
      if (database) database.close();
    } catch (error) {
      if (!(error instanceof JournalError) || error.code !== 'JOURNAL_ABSENT') throw error;
    }
    if (!hasSaid) log.info('waiting for the gateway role to make the journal');
    hasSaid = true;
    await sleep(JOURNAL_WAIT_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

async function follow(config: Config, ledger: LedgerConfig, log: Logger, signal: AbortSignal): Promise<void> {
  const privateKey = await openKeyFile(ledger.payerKeyFile, readPassphrase(ledger.payerPassphraseFile));
  const database = await waitForJournal(journalPathOf(config.gateway.dataDir), log, signal);
  const gateway = database && readIdentity(database)?.gateway;
  if (!database || !gateway) return;
  try {
    sayMended(log, mendRows(database, journalPathOf(config.gateway.dataDir), ledgerTables.map(checkedRow)));
    const contract = fromHex(ledger.contract);
    const submitter = new AnchorSubmitter({
      store: anchorRows(database, gateway, { chainId: ledger.chainId, verifyingContract: contract }),
      endpoints: ledger.rpcUrls.map((url) => new JsonRpc(url, { signal })),
      wallet: payingWallet(privateKey),
      chainId: ledger.chainId,
      contract,
      gateway,
      limits: spendingLimits(ledger),
      lowBalanceDays: ledger.lowBalanceDays,
      finality: ledger.finality,
      log,
    });
    const { authenticity } = config;
    const { rpcUrls, pollIntervalMs } = ledger;
    await Promise.all([
      runAnchorLoop({ submitter, intervalMs: pollIntervalMs, signal }),
      authenticity && followSerials({ authenticity, rpcUrls, pollIntervalMs, database, log, signal }),
    ]);
  } finally {
    database.close();
  }
}

/** Starts the role; it goes on until it is closed or its journal fails. */
export async function startLedgerSyncRole(
  config: Config,
  ledger: LedgerConfig,
  log: Logger,
): Promise<RunningRole> {
  const stop = new AbortController();
  const replaced = whenReplaced(journalPathOf(config.gateway.dataDir), stop.signal);
  const loop = follow(config, ledger, log, stop.signal);
  const failed = new Promise<never>((_resolve, reject) => {
    loop.catch(reject);
    replaced.catch(reject);
  });
  failed.catch(() => {});
  // Hosts only: paths and queries carry API keys.
  const hosts = ledger.rpcUrls.map((url) => new URL(url).host);
  log.info({ rpc: hosts, chainId: ledger.chainId }, 'ledger-sync role started');
  return {
    failed,
    close: async () => {
      stop.abort();
      await loop.catch(() => {});
      log.info('ledger-sync role ended');
    },
  };
}
