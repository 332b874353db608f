// The gateway's own way from a decoded observation to a durable record, without devices and brokers: reading
// desk, judges, pipeline, writer thread, journal at synchronous=FULL.

import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitsProfile } from '../../dist/config/limits-profile.js';
import { systemClock } from '../../dist/firmware-bridge/clock.js';
import { ExcursionDesk } from '../../dist/gateway/excursions/excursion-desk.js';
import { FaultDesk } from '../../dist/gateway/excursions/fault-desk.js';
import { Judging } from '../../dist/gateway/intake/judging.js';
import { OffsetMemory } from '../../dist/gateway/intake/offset-memory.js';
import { ReadingDesk } from '../../dist/gateway/intake/reading-desk.js';
import { StateStore } from '../../dist/gateway/requests/state-store.js';
import { AlertDesk } from '../../dist/gateway/reviews/alert-desk.js';
import { LogPipeline } from '../../dist/gateway/sealing/log-pipeline.js';
import { startWriter } from '../../dist/gateway/sealing/writer.js';
import { makeBenchFolder } from './bench-folder.mjs';

export const sensorIds = Array.from({ length: 64 }, (_, index) => `probe-${index}`);

/**
 * A fresh journal and the modules in front of it.
 * @param onSealed called after each commit
 * @param journalFile makes the file of the journal before it is opened
 * @param timers of the pipeline's windows; the system's if left out
 */
export async function startJournalRig({
  windowMs,
  patientWindowMs,
  timers,
  journalFile,
  onSealed = () => {},
}) {
  const folder = makeBenchFolder();
  journalFile?.(join(folder.path, 'journal.db'));
  const lost = (error) => {
    throw error;
  };
  const writer = await startWriter(
    {
      journalPath: join(folder.path, 'journal.db'),
      keyFile: join(folder.path, 'device-key.json'),
      key: { kind: 'memory', privateKey: randomBytes(32) },
      bootId: randomUUID(),
      synchronous: 'FULL',
    },
    lost,
  );
  const pipeline = new LogPipeline({
    writer,
    windowMs,
    ...(patientWindowMs === undefined ? {} : { patientWindowMs }),
    ...(timers === undefined ? {} : { timers }),
    onSealed,
    onTrouble: (trouble) => trouble && lost(new Error(trouble.message)),
  });
  writer.onAnswer((answer) => pipeline.onAnswer(answer));
  const profile = limitsProfile({ lowMilliC: 2000, highMilliC: 8000, delayMs: 900_000, maxGapMs: 600_000 });
  const { unixMs, uptimeMs } = systemClock.now();
  const state = new StateStore(new Map());
  const faults = new FaultDesk([], new Map());
  const excursions = new ExcursionDesk({
    stored: new Map(),
    terms: sensorIds.map((sensorId) => ({ sensorId, profile })),
    markOf: () => undefined,
    now: { observedAtMs: unixMs, uptimeMs, bootCount: writer.bootCount, clockTrust: 2 },
    size: 0,
  });
  const context = {
    bootCount: writer.bootCount,
    shipmentOf: () => 'BENCH-0001',
    clockTrust: () => 2,
    placed: (at) => at,
    calibrationDoubt: () => undefined,
  };
  const desk = new ReadingDesk({
    context,
    judging: new Judging({ faults, excursions, alerts: new AlertDesk(state, 0), state }),
    offsets: new OffsetMemory(new Map()),
    pipeline,
    onExcursion: () => {},
  });
  return {
    path: folder.path,
    desk,
    pipeline,
    size: () => writer.size,
    remove: () => folder.remove(),
    /** @param keeps leaves the files for a last look */
    close: async ({ keeps = false } = {}) => {
      await pipeline.drain();
      pipeline.stop();
      await writer.close();
      if (!keeps) folder.remove();
    },
  };
}

/** The reading with number `index`: one of 64 probes, in range, wandering. */
export function readingAt(index) {
  return {
    kind: 'temperature',
    sensorId: sensorIds[index % sensorIds.length],
    at: systemClock.now(),
    temperatureMilliC: 5000 + ((index * 37) % 2000) - 1000,
    quality: 'good',
  };
}

/** Bytes that this process has caused to be sent to a disk, of all its threads (proc(5), /proc/pid/io). */
export function writtenBytes() {
  const [, bytes] = /^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8')) ?? [];
  if (bytes === undefined) throw new Error('/proc/self/io tells no write_bytes');
  return Number(bytes);
}
