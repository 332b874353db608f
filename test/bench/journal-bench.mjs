// The journal under load: how many records a second become signed and durable, what one signature and one commit
// per reading would reach instead, and how many bytes go to the card for each record.

import { readingAt, sensorIds, startJournalRig, writtenBytes } from './journal-rig.mjs';
import { figureOf, say } from './progress.mjs';

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

const TRUCK_SECONDS = 3600;
const TRUCK_PROBES = 8;
const PROBE_CADENCE_SECONDS = 10;
const SIGHTINGS_PER_MINUTE = 50;

/** What arrives in one second of a truck's hour: a bus is asked in one go, tags come singly. */
function arrivalsIn(second) {
  const isRound = second % PROBE_CADENCE_SECONDS === 0;
  const probes = isRound ? sensorIds.slice(0, TRUCK_PROBES) : [];
  const arrivals = probes.map((sensorId) => ({ ...readingAt(second), sensorId }));
  const sightings =
    Math.floor(((second + 1) * SIGHTINGS_PER_MINUTE) / 60) - Math.floor((second * SIGHTINGS_PER_MINUTE) / 60);
  for (let tag = 0; tag < sightings; tag++) {
    const at = readingAt(second).at;
    arrivals.push({
      kind: 'tag-sighting',
      readerId: 'door-reader',
      at,
      epc: `3034257bf7194e40${String(second % 40).padStart(8, '0')}`,
      pc: '3000',
      antenna: 1,
      lastSeenUptimeMs: at.uptimeMs + second,
      count: 1 + (second % 9),
      bestRssiDbm: -40 - (second % 30),
    });
  }
  return arrivals;
}

/** An hour of a truck at the default window of one second, compressed: each second's arrivals are one commit. */
async function measureTruck() {
  let next = () => {};
  const rig = await startJournalRig({ windowMs: 60_000, onSealed: () => next() });
  const startBytes = writtenBytes();
  let records = 0;
  for (let second = 0; second < TRUCK_SECONDS; second++) {
    const arrivals = arrivalsIn(second);
    if (arrivals.length === 0) continue;
    for (const observation of arrivals) rig.desk.take(observation);
    records += arrivals.length;
    const sealed = new Promise((resolve) => {
      next = resolve;
    });
    rig.pipeline.flush();
    await sealed;
  }
  await rig.close();
  const bytes = writtenBytes() - startBytes;
  say(`a truck's hour: ${records} records, ${(bytes / 1e6).toFixed(1)} MB written`);
  return [figureOf('journal.bytesPerRecordTruck', bytes / records, 'B')];
}

export const journalMeasurements = [
  {
    figures: ['journal.recordsPerSecond', 'journal.ratioToNaive', 'journal.bytesPerRecordAtLoad'],
    measure: measureLoad,
  },
  { figures: ['journal.bytesPerRecordTruck'], measure: measureTruck },
];
