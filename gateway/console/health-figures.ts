// Figures on how the gateway itself is: commits, write-ahead log, clock, roles, bytes to the card, and what is found wrong.

import { findingSeverities } from '../health/finding.js';
import type { SupervisedRole } from '../health/health-facts.js';
import type { ProcessFacts } from '../health/process-meter.js';
import type { Health } from '../health/read-health.js';
import type { Figures, Labels } from './figures.js';

const MS_PER_SECOND = 1000;
const seconds = (ms: number | null | undefined) =>
  ms === null || ms === undefined ? null : ms / MS_PER_SECOND;

function addJournalFigures(figures: Figures, { facts }: Health): void {
  const { journal, walBytes, disk, wear } = facts;
  figures.add('coldgate_commits_total', 'counter', 'Groups made durable since the gateway role started.', [
    [{}, journal?.commits ?? null],
  ]);
  figures.add('coldgate_commit_seconds', 'gauge', 'From handing a group over to durable, of the last 500.', [
    [{ quantile: '0.5' }, seconds(journal?.commitP50Ms)],
    [{ quantile: '0.99' }, seconds(journal?.commitP99Ms)],
  ]);
  figures.add('coldgate_last_commit_timestamp_seconds', 'gauge', 'When the last group became durable.', [
    [{}, seconds(journal?.lastCommitAtMs)],
  ]);
  figures.add('coldgate_writer_owes_seconds', 'gauge', 'How long the writer has owed an answer.', [
    [{}, seconds(journal?.unansweredMs)],
  ]);
  figures.add('coldgate_records_waiting', 'gauge', 'Records in memory that are not durable.', [
    [{}, journal?.waitingRecords ?? null],
  ]);
  figures.add('coldgate_wal_bytes', 'gauge', 'Size of the write-ahead log.', [[{}, walBytes]]);
  figures.add(
    'coldgate_disk_written_bytes_total',
    'counter',
    'Sent to the disk by all programs since the machine started.',
    [[{}, wear?.writtenBytes ?? null]],
  );
  figures.add('coldgate_disk_flushes_total', 'counter', 'Requests to the disk to make all durable.', [
    [{}, wear?.flushes ?? null],
  ]);
  figures.add('coldgate_disk_endurance_years', 'gauge', 'Until its rated endurance is used, at this rate.', [
    [{}, wear?.yearsOfEndurance ?? null],
  ]);
  figures.add('coldgate_journal_bytes', 'gauge', 'Size of the journal.', [[{}, disk?.journalBytes ?? null]]);
}

function addRoleFigures(figures: Figures, { facts }: Health): void {
  const { roles, process, nowMs } = facts;
  figures.add(
    'coldgate_role_up',
    'gauge',
    'Whether a role runs, below a supervisor.',
    roles.map(({ role, isRunning }): [Labels, number] => [{ role }, Number(isRunning)]),
  );
  figures.add(
    'coldgate_role_ends',
    'gauge',
    'Ends of a role in the last 24 hours that nobody asked for, at most 20.',
    roles.map(({ role, endsAtMs }): [Labels, number] => [
      { role },
      endsAtMs.filter((atMs) => nowMs - atMs < 86_400_000).length,
    ]),
  );
  const own: SupervisedRole = {
    ...{ role: 'gateway', isRunning: true, pid: null, endsAtMs: [], lastEnd: null },
    process: process ?? null,
  };
  const processes = [...roles.filter(({ role }) => role !== 'gateway'), own];
  const each = (read: (facts: ProcessFacts) => number | null) =>
    processes.map(({ role, process: told }): [Labels, number | null] => [{ role }, told ? read(told) : null]);
  figures.add(
    'coldgate_resident_bytes',
    'gauge',
    'Memory of a role.',
    each((told) => told.residentBytes),
  );
  figures.add(
    'coldgate_written_bytes_total',
    'counter',
    'Bytes that a role sent to a disk since its start, by pages of the cache.',
    each((told) => told.writtenBytes),
  );
  figures.add('coldgate_event_loop_delay_seconds', 'gauge', 'How late timers ran in the last seconds.', [
    ...each((told) => told.loopDelayP99Ms / MS_PER_SECOND).map(([labels, value]): [Labels, number | null] => [
      { ...labels, quantile: '0.99' },
      value,
    ]),
    ...each((told) => told.loopDelayMaxMs / MS_PER_SECOND).map(([labels, value]): [Labels, number | null] => [
      { ...labels, quantile: '1' },
      value,
    ]),
  ]);
}

/** Adds them; figures of what is not told are left out. */
export function addHealthFigures(figures: Figures, health: Health): void {
  addJournalFigures(figures, health);
  addRoleFigures(figures, health);
  const { facts, findings } = health;
  figures.add('coldgate_clock_trust', 'gauge', '0 unsynchronised, 1 holdover, 2 synchronised.', [
    [{}, facts.clockTrust],
  ]);
  figures.add(
    'coldgate_sink_oldest_waiting_seconds',
    'gauge',
    'Age of the oldest record that a receiver has not acknowledged.',
    facts.sinks.map(({ sink, oldestAtMs }): [Labels, number] => [
      { sink },
      oldestAtMs === undefined ? 0 : Math.max(0, facts.nowMs - oldestAtMs) / MS_PER_SECOND,
    ]),
  );
  figures.add(
    'coldgate_findings',
    'gauge',
    'What is wrong with the gateway itself, by severity.',
    findingSeverities.map((severity): [Labels, number] => [
      { severity },
      findings.filter((one) => one.severity === severity).length,
    ]),
  );
}
