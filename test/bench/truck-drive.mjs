// What a truck writes, compressed: eight probes on a bus every 10 s, 50 sightings a minute, through the gateway's own pipeline on
// a clock that passes when it is told to, so that every commit of those hours is made.

import { readingAt, sensorIds, startJournalRig } from './journal-rig.mjs';

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

/** Time that passes when it is told to. */
class CompressedTime {
  #nowMs = 0;
  #due = [];

  after(delayMs, run) {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((one) => one !== timer);
    };
  }

  pass(ms) {
    this.#nowMs += ms;
    const due = this.#due.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#due = this.#due.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { run } of due) run();
    return due.length > 0;
  }
}

/**
 * @param writtenBytes what is compared from the opened journal to the closed one
 * @param journalFile makes the file before it is opened, where it shall be of another kind
 * @param onCommit after each commit, with its number and the folder
 */
export async function driveTruck({
  seconds,
  windowMs,
  patientWindowMs,
  writtenBytes,
  journalFile,
  onCommit,
}) {
  let next = () => {};
  let commits = 0;
  const timers = new CompressedTime();
  const onSealed = () => {
    commits += 1;
    next();
  };
  const rig = await startJournalRig({ windowMs, patientWindowMs, timers, onSealed, journalFile });
  // The first reading after a start goes at once; the drive begins behind it, since its clock does not pass while a commit is made.
  rig.desk.take({ ...readingAt(0), sensorId: sensorIds[0] });
  await rig.pipeline.drain();
  const startBytes = writtenBytes(rig.path);
  let records = 0;
  for (let second = 0; second < seconds; second++) {
    const before = commits;
    const arrivals = arrivalsIn(second);
    for (const observation of arrivals) rig.desk.take(observation);
    records += arrivals.length;
    const sealed = new Promise((resolve) => {
      next = resolve;
    });
    if (timers.pass(1000)) await sealed;
    else if (windowMs === 0) await rig.pipeline.drain();
    if (commits > before) onCommit?.(commits, rig.path);
  }
  const { path } = rig;
  await rig.close({ keeps: true });
  const bytes = writtenBytes(path) - startBytes;
  rig.remove();
  return { records, commits, bytes };
}
