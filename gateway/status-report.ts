// What the journal says of the gateway's state: how far the log, each sink and the ledger are. Read-only, so it
// can be asked while the roles run and when they are down.

import type { Config } from '../config/schema.js';
import { fromHex, toHex } from '../ledger-sync/evidence/bytes.js';
import { machineTime } from './clock/machine-time.js';
import { type FleetState, readFleetState } from './fleet/member/fleet-state.js';
import type { DiskWear } from './health/disk-wear.js';
import type { Finding } from './health/finding.js';
import { configurationProblems, sinkFacts } from './health/read-facts.js';
import { readHealth } from './health/read-health.js';
import { JournalReader } from './journal/journal-reader.js';
import type { StoredProblem } from './journal/ledger-rows.js';
import { journalPathOf } from './journal/paths.js';
import { DamagedFolder } from './recovery/damaged-folder.js';
import { StateStore } from './requests/state-store.js';
import { type RetentionStatus, readRetention } from './retention/retention-status.js';
import { readAlerts } from './reviews/alert.js';
import { updateProblems } from './update/update-told.js';

export interface StatusReport {
  readonly gateway: string;
  readonly name: string;
  /** Records that are signed and durable. */
  readonly records: number;
  readonly lastCheckpointAt: string | undefined;
  readonly clock: ClockStatus;
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
  /** What became of the newest configuration of the fleet's owner; undefined where there is no fleet, or none came yet. */
  readonly fleet: FleetStatus | undefined;
  /** What is wrong with the gateway now, the gravest first. */
  readonly findings: readonly Finding[];
  /** Of the disk under the data folder; undefined where the kernel tells nothing of it. */
  readonly wear: DiskWear | undefined;
}

export interface ClockStatus {
  /** By the clock that the gateway has. */
  readonly now: string;
  readonly trust: (typeof clockTrusts)[number];
  /** Who gave the time; undefined: nobody yet. */
  readonly source: string | undefined;
  /** How wrong it may be by now; undefined: nobody knows. */
  readonly errorMs: number | undefined;
}

export type FleetStatus = Pick<FleetState, 'owner' | 'number' | 'state' | 'code' | 'reason'>;

/** Without the key that it reports by. */
function fleetStatus({ fleet }: Config, view: StateStore): FleetStatus | undefined {
  const known = fleet && readFleetState(view, fleet.owner.toLowerCase());
  if (!known) return undefined;
  const { reportKey: _reportKey, file: _file, ...told } = known;
  return told;
}

/** By record field 6 of PROTOCOL.md. */
const clockTrusts = ['unsynchronised', 'holdover', 'synchronised'] as const;

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
  return sinkFacts(config, journal, records).map(({ sink, waiting }) => ({
    ...{ sink, acknowledged: records - waiting, waiting },
  }));
}

function waitingAlerts(state: StateStore): StatusReport['alerts'] {
  return readAlerts(state)
    .filter(({ state }) => state !== 'closed')
    .sort((a, b) => a.openedAtMs - b.openedAtMs)
    .map(({ id, state, severity }) => ({ id, state, severity }));
}

const isNewer = ({ code }: { readonly code: string }) => code === 'JOURNAL_TOO_NEW';

/** Told until a person has taken the folder away. */
function damageProblems(config: Config): StoredProblem[] {
  return DamagedFolder.all(config.gateway.dataDir).map(({ name, note }) => ({
    role: 'journal',
    code: note.code,
    message: `the journal was ${isNewer(note) ? 'of a newer version, and set aside' : 'damaged'} at ${new Date(note.atMs).toISOString()}; ${note.recovered ?? 0} records were recovered, ${note.lost ?? 0} lost`,
    hint: `${isNewer(note) ? '' : 'replace the card; '}${name} in the data folder keeps what was found, take it away when it was looked at`,
  }));
}

/** What roles have told, and that what they have told is not what was written. */
export function ledgerProblems(journal: JournalReader): StoredProblem[] {
  const told = journal.problems();
  const damage = journal.ledgerDamage().map((error): StoredProblem => {
    const { code, message, hint } = error;
    return { role: 'journal', code, message, hint };
  });
  return [...told, ...damage];
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
    const state = new StateStore(journal.judgeStates());
    const { nowMs, trust, source, errorMs } = machineTime(config, (key) => state.get(key));
    const health = readHealth(config, journal, state, nowMs);
    return {
      gateway: `0x${toHex(journal.gateway)}`,
      name: config.gateway.name,
      records,
      lastCheckpointAt: last && new Date(last.timeMs).toISOString(),
      sinks: sinkStatus(config, journal, records),
      ledger: ledgerStatus(config, journal),
      clock: { now: new Date(nowMs).toISOString(), trust: clockTrusts[trust], source, errorMs },
      retention: readRetention(config, journal, nowMs),
      shipments: journal
        .shipments()
        // Records of no shipment have a row without a name.
        .filter(({ name }) => name !== '')
        .map((row) => ({
          name: row.name,
          firstSequence: row.first_sequence ?? 0,
          lastSequence: row.last_sequence ?? 0,
        })),
      alerts: waitingAlerts(state),
      fleet: fleetStatus(config, state),
      problems: [
        ...ledgerProblems(journal),
        ...damageProblems(config),
        ...configurationProblems(state),
        ...updateProblems(state),
      ],
      findings: health.findings,
      wear: health.facts.wear,
    };
  } finally {
    journal.close();
  }
}
