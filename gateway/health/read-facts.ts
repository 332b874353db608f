// Gathers the facts that stand in the journal, on the disk and in the machine. What roles tell of the present is handed in.

import { statSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Config } from '../../config/schema.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import { machineTime } from '../clock/machine-time.js';
import { readReverted } from '../configuration/configuration-state.js';
import { calibrationDoubt } from '../excursions/calibration.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StoredProblem } from '../journal/ledger-rows.js';
import { journalPathOf } from '../journal/paths.js';
import { receiptSinkOf, sinkOf, webhookSinkOf } from '../publish/sink.js';
import type { StateView } from '../requests/request.js';
import { type DiskRoom, readDiskRoom } from '../retention/disk-room.js';
import { updateProblems } from '../update/update-told.js';
import { type DiskWear, readDiskWear } from './disk-wear.js';
import type { HealthFacts, SinkFacts } from './health-facts.js';

/** How far each receiver is behind the log. */
export function sinkFacts(config: Config, journal: JournalReader, records: number): SinkFacts[] {
  return [
    ...config.publish.brokers.map(sinkOf),
    ...config.publish.consumers.map(receiptSinkOf),
    ...config.webhooks.map(webhookSinkOf),
  ].map((sink) => {
    const waiting = Math.max(0, records - journal.cursor(sink));
    return { sink, waiting, oldestAtMs: waiting === 0 ? undefined : observedAt(journal, records - waiting) };
  });
}

/** Of the first record from that place on that is still there. */
function observedAt(journal: JournalReader, sequence: number): number | undefined {
  const leaf = journal.log.leaf(sequence);
  return leaf && journal.times.placed(decodeRecord(leaf)).observedAtMs;
}

/** A configuration that was taken back is told until another one is applied. */
export function configurationProblems(state: StateView): StoredProblem[] {
  const reverted = readReverted(state);
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

/** Bytes of the write-ahead log. */
function walBytesOf(config: Config): number {
  return statSync(`${journalPathOf(config.gateway.dataDir)}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

function diskRoom(config: Config, journal: JournalReader): DiskRoom | undefined {
  try {
    return readDiskRoom(config, journal);
  } catch {
    // A disk that cannot be asked is told by what fails to be written to it.
    return undefined;
  }
}

/** Of the disk under the data folder. */
export function diskWear({ gateway }: Config): DiskWear | undefined {
  return readDiskWear(gateway.dataDir, gateway.diskEnduranceTerabytes, uptime() * 1000);
}

export type StoredFacts = Pick<
  HealthFacts,
  'clockTrust' | 'disk' | 'walBytes' | 'wear' | 'sinks' | 'problems' | 'calibrations'
>;

/** @throws SQLite's errors */
export function readStoredFacts(
  config: Config,
  journal: JournalReader,
  state: StateView,
  nowMs: number,
): StoredFacts {
  const records = journal.log.latestCheckpoint()?.size ?? 0;
  const clockTrust = machineTime(config, (key) => journal.judgeState(key)).trust;
  return {
    clockTrust,
    disk: diskRoom(config, journal),
    walBytes: walBytesOf(config),
    wear: diskWear(config),
    sinks: sinkFacts(config, journal, records),
    problems: [...journal.problems(), ...configurationProblems(state), ...updateProblems(state)],
    calibrations: config.calibrations.map((one) => ({
      sensorId: one.sensorId,
      dueOn: one.dueOn,
      // A clock that nobody believes cannot tell.
      isValid: clockTrust === 0 || calibrationDoubt(one, nowMs) === undefined,
    })),
  };
}
