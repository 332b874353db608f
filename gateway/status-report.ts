// What the journal says of the gateway's state: how far the log, each sink and the ledger are. Read-only, so it
// can be asked while the roles run and when they are down.

import type { Config } from '../config/schema.js';
import { fromHex, toHex } from '../ledger-sync/evidence/bytes.js';
import { readReverted } from './configuration/configuration-state.js';
import { JournalReader, type StoredProblem } from './journal/journal-reader.js';
import { journalPathOf } from './journal/paths.js';
import { receiptSinkOf, sinkOf, webhookSinkOf } from './publish/sink.js';
import { StateStore } from './requests/state-store.js';
import { type RetentionStatus, readRetention } from './retention/retention-status.js';
import { readAlerts } from './reviews/alert.js';

export interface StatusReport {
  readonly gateway: string;
  readonly name: string;
  /** Records that are signed and durable. */
  readonly records: number;
  readonly lastCheckpointAt: string | undefined;
  readonly sinks: readonly {
    readonly sink: string;
    readonly acknowledged: number;
    readonly waiting: number;
  }[];
  readonly ledger: LedgerStatus | undefined;
  /** What was deleted, what is held, and how long the disk lasts. */
  readonly retention: RetentionStatus;
  readonly shipments: readonly {
    readonly name: string;
    readonly firstSequence: number;
    readonly lastSequence: number;
  }[];
  /** That wait for somebody, the oldest first. */
  readonly alerts: readonly { readonly id: string; readonly state: string; readonly severity: string }[];
  readonly problems: readonly StoredProblem[];
}

export interface LedgerStatus {
  readonly chainId: number;
  readonly contract: string;
  /** undefined until the ledger-sync role has had an answer. */
  readonly isRegistered: boolean | undefined;
  /** The newest header that is signed here, on its way, in a block, in a safe block, in a final one. */
  readonly signedSeq: number;
  readonly sentSeq: number;
  readonly includedSeq: number;
  /** undefined where the chain does not say. */
  readonly safeSeq: number | undefined;
  readonly finalizedSeq: number | undefined;
  /** Records that the newest included header covers. */
  readonly anchoredRecords: number;
  readonly transactionHash: string | undefined;
  readonly blockNumber: number | undefined;
}

/** undefined: no ledger is configured. */
export function ledgerStatus(config: Config, journal: JournalReader): LedgerStatus | undefined {
  if (!config.ledger) return undefined;
  const { chainId, contract: address } = config.ledger;
  const contract = fromHex(address);
  const head = journal.ledgerHead(chainId, contract);
  const stages = journal.anchorStages(chainId, contract);
  const { includedSeq } = stages;
  const inclusion = journal.inclusion(chainId, contract, includedSeq);
  return {
    chainId,
    contract: address,
    isRegistered: head && head.registered === 1,
    ...stages,
    anchoredRecords: journal.batch(chainId, contract, includedSeq)?.size ?? 0,
    transactionHash: inclusion?.transaction_hash,
    blockNumber: inclusion?.block_number,
  };
}

/** How far each receiver is behind the log. */
export function sinkStatus(config: Config, journal: JournalReader, records: number): StatusReport['sinks'] {
  return [
    ...config.publish.brokers.map(sinkOf),
    ...config.publish.consumers.map(receiptSinkOf),
    ...config.webhooks.map(webhookSinkOf),
  ].map((sink) => {
    const acknowledged = journal.cursor(sink);
    return { sink, acknowledged, waiting: records - acknowledged };
  });
}

function waitingAlerts(journal: JournalReader): StatusReport['alerts'] {
  return readAlerts(new StateStore(journal.judgeStates()))
    .filter(({ state }) => state !== 'closed')
    .sort((a, b) => a.openedAtMs - b.openedAtMs)
    .map(({ id, state, severity }) => ({ id, state, severity }));
}

/** A configuration that was taken back is told until another one is applied. */
function configurationProblems(journal: JournalReader): StoredProblem[] {
  const reverted = readReverted(new StateStore(journal.judgeStates()));
  if (!reverted) return [];
  const { hash, code, message } = reverted;
  return [
    {
      role: 'configuration',
      code,
      message: `the configuration ${hash.slice(0, 8)}... was taken back: ${message}`,
      hint: 'mend it and apply it again: coldgate config apply FILE --as NAME',
    },
  ];
}

/**
 * Reads the state of a gateway from its journal.
 * @throws JournalError JOURNAL_ABSENT if it has never run, and as `openDatabase`
 */
export function readStatus(config: Config): StatusReport {
  const journal = new JournalReader(journalPathOf(config.gateway.dataDir));
  try {
    const last = journal.log.latestCheckpoint();
    const records = last?.size ?? 0;
    return {
      gateway: `0x${toHex(journal.gateway)}`,
      name: config.gateway.name,
      records,
      lastCheckpointAt: last && new Date(last.timeMs).toISOString(),
      sinks: sinkStatus(config, journal, records),
      ledger: ledgerStatus(config, journal),
      retention: readRetention(config, journal, Date.now()),
      shipments: journal.shipments().map((row) => ({
        name: row.name,
        firstSequence: row.first_sequence ?? 0,
        lastSequence: row.last_sequence ?? 0,
      })),
      alerts: waitingAlerts(journal),
      problems: [...journal.problems(), ...configurationProblems(journal)],
    };
  } finally {
    journal.close();
  }
}
