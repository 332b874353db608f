// The journal under load: how many records a second become signed and durable, what one signature and one commit
// per reading would reach instead, and how many bytes go to the card for each record.

import { defaults } from '../../dist/config/defaults.js';
import { readingAt, startJournalRig, writtenBytes } from './journal-rig.mjs';
import { figureOf, say } from './progress.mjs';
import { driveTruck } from './truck-drive.mjs';

const LOAD_RECORDS = 300_000;
const WARM_UP_RECORDS = 50_000;
/** Several groups wait, so that the writer thread never does; far below what the pipeline refuses. */
const KEPT_WAITING = 8192;
const NAIVE_MS = 3000;

/** Feeds readings as fast as they become durable. */
async function sustain() {
  let taken = 0;
  let rig;
  const feed = (until) => {
    while (taken < until && rig.pipeline.waitingRecords < KEPT_WAITING) rig.desk.take(readingAt(taken++));
  };
  let goal = WARM_UP_RECORDS;
  rig = await startJournalRig({ windowMs: 0, onSealed: () => feed(goal) });
  feed(goal);
  while (rig.pipeline.waitingRecords > 0 || taken < goal) await rig.pipeline.drain();
  const startBytes = writtenBytes();
  const startMs = performance.now();
  goal += LOAD_RECORDS;
  feed(goal);
  while (rig.pipeline.waitingRecords > 0 || taken < goal) await rig.pipeline.drain();
  const elapsedMs = performance.now() - startMs;
  // Closing copies the rest of the WAL back: that wears the card as well.
  await rig.close();
  return {
    recordsPerSecond: (LOAD_RECORDS / elapsedMs) * 1000,
    bytesPerRecord: (writtenBytes() - startBytes) / LOAD_RECORDS,
  };
}

/** The same modules with one reading per group, each awaited: one signature and one commit per reading. */
async function naiveRecordsPerSecond() {
  let next = () => {};
  const rig = await startJournalRig({ windowMs: 0, onSealed: () => next() });
  const startMs = performance.now();
  let records = 0;
  while (performance.now() - startMs < NAIVE_MS) {
    const sealed = new Promise((resolve) => {
      next = resolve;
    });
    rig.desk.take(readingAt(records++));
    await sealed;
  }
  const elapsedMs = performance.now() - startMs;
  await rig.close();
  return (records / elapsedMs) * 1000;
}

async function measureLoad() {
  const naive = await naiveRecordsPerSecond();
  say(`one signature and one commit per reading: ${Math.round(naive)} records/s`);
  const { recordsPerSecond, bytesPerRecord } = await sustain();
  return [
    figureOf('journal.recordsPerSecond', recordsPerSecond, '1/s'),
    figureOf('journal.ratioToNaive', recordsPerSecond / naive, 'x'),
    figureOf('journal.bytesPerRecordAtLoad', bytesPerRecord, 'B'),
  ];
}

/** An hour of a truck with the windows of a default configuration, compressed: every commit of that hour is made. */
async function measureTruck() {
  const { windowMs, sightingWindowMs } = defaults.commit;
  const drive = await driveTruck({
    seconds: 3600,
    windowMs,
    patientWindowMs: sightingWindowMs,
    writtenBytes,
  });
  const { records, commits, bytes } = drive;
  say(`a truck's hour: ${records} records in ${commits} commits, ${(bytes / 1e6).toFixed(1)} MB written`);
  return [figureOf('journal.bytesPerRecordTruck', bytes / records, 'B')];
}

export const journalMeasurements = [
  {
    figures: ['journal.recordsPerSecond', 'journal.ratioToNaive', 'journal.bytesPerRecordAtLoad'],
    measure: measureLoad,
  },
  { figures: ['journal.bytesPerRecordTruck'], measure: measureTruck },
];
