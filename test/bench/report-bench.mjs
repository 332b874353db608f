// What a report of a shipment of a million readings takes, and what it does to the gateway that writes on meanwhile: the
// command in a process of its own, as operators and the console run it.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogPipeline } from '../../dist/gateway/sealing/log-pipeline.js';
import { startWriter } from '../../dist/gateway/sealing/writer.js';
import { makeBenchFolder } from './bench-folder.mjs';
import { figureOf, quantileOf, say } from './progress.mjs';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const RECORDS = 1_000_000;
const PER_COMMIT = 256;
const PROBES = 8;
const STEP_MS = 1250;
const READINGS_PER_SECOND = 1000;
/** Ten readings at once, a hundred times a second: timers are no finer. */
const BURST = 10;
const QUIET_MS = 12_000;
const SAMPLE_MS = 50;
const KB_PER_MIB = 1024;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const probeIds = Array.from({ length: PROBES }, (_, index) => `probe-${index}`);

function draftAt(index, bootCount, shipmentName) {
  const wave = 1500 * Math.sin(index / 20_000);
  return {
    observedAtMs: Date.UTC(2026, 2, 1, 8) + index * STEP_MS,
    uptimeMs: 1000 + index * STEP_MS,
    ...{ bootCount, clockTrust: 2, quality: 0, shipmentName, isSalted: false, kind: 1 },
    subjectName: probeIds[index % PROBES],
    value: 5000 + Math.round(wave) + ((index * 37) % 400),
    detail: undefined,
  };
}

function configOf(folder) {
  const path = join(folder, 'coldgate.yaml');
  const lines = [
    `gateway: { name: bench, dataDir: ${JSON.stringify(folder)} }`,
    'mqttIntake:',
    '  listen: { host: 127.0.0.1, port: 1883 }',
    '  sensors:',
    ...probeIds.map(
      (id) =>
        `    - { topic: s/${id}, mapping: generic, values: [ { sensorId: ${id}, path: '$.v', unit: celsius } ] }`,
    ),
    'excursions:',
    ...probeIds.map((id) => `  - { sensorId: ${id}, lowMilliC: 2000, highMilliC: 6500, delayMs: 900000 }`),
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** A journal with the shipment in it, and the writer that goes on with it. */
async function startJournal(folder) {
  const settings = {
    journalPath: join(folder, 'journal.db'),
    keyFile: join(folder, 'device-key.json'),
    key: { kind: 'memory', privateKey: new Uint8Array(32).fill(7) },
    bootId: randomUUID(),
  };
  const lost = (error) => {
    throw error;
  };
  const filler = await startWriter({ ...settings, synchronous: 'NORMAL' }, lost);
  for (let index = 0; index < RECORDS; index += PER_COMMIT) {
    const count = Math.min(PER_COMMIT, RECORDS - index);
    const drafts = Array.from({ length: count }, (_, at) =>
      draftAt(index + at, filler.bootCount, 'BENCH-0001'),
    );
    const answered = new Promise((resolve) => filler.onAnswer(resolve));
    filler.send({
      kind: 'seal',
      request: { drafts, judgeState: [], results: [], cursors: [], batch: undefined },
    });
    const { kind } = await answered;
    if (kind !== 'sealed') throw new Error('the shipment could not be written');
  }
  await filler.close();
  say(`a shipment of ${RECORDS} readings is written`);
  return startWriter({ ...settings, synchronous: 'FULL' }, lost);
}

/** Runs the command; its wall time and the most memory that it held. */
async function runReport(config, output) {
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [program, 'report', 'BENCH-0001', '-c', config, '-o', output, '--force'],
    {
      stdio: ['ignore', 2, 2],
    },
  );
  const ended = once(child, 'exit');
  let isOver = false;
  let peakKb = 0;
  const watching = (async () => {
    while (!isOver) {
      try {
        const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        peakKb = Math.max(peakKb, Number(kb ?? 0));
      } catch {
        // It has gone.
      }
      await sleep(SAMPLE_MS);
    }
  })();
  const [code] = await ended;
  isOver = true;
  await watching;
  if (code !== 0) throw new Error(`coldgate report ended with ${code}`);
  return { seconds: (performance.now() - startedMs) / 1000, peakMiB: peakKb / KB_PER_MIB };
}

/** Feeds readings at their pace until told to stop; from handing over to durable, ms. */
function startFeeding(writer) {
  const pipeline = new LogPipeline({
    ...{ writer, windowMs: 0, size: writer.size, onSealed: () => {} },
    onTrouble: (trouble) => {
      if (trouble) throw new Error(trouble.message);
    },
  });
  writer.onAnswer((answer) => pipeline.onAnswer(answer));
  const latenciesMs = [];
  let index = 0;
  const startedMs = performance.now();
  const timer = setInterval(() => {
    // What a late timer owes is fed at once, as readings of a bus would be.
    const owed = Math.floor(((performance.now() - startedMs) / 1000) * READINGS_PER_SECOND) - index;
    for (let burst = 0; burst < Math.floor(owed / BURST); burst++) {
      const drafts = Array.from({ length: BURST }, () => draftAt(index++, writer.bootCount, 'OTHER-0002'));
      const handedMs = performance.now();
      pipeline.add({ drafts, onDurable: () => latenciesMs.push(performance.now() - handedMs) });
    }
  }, BURST);
  return {
    take: () => latenciesMs.splice(0),
    stop: async () => {
      clearInterval(timer);
      await pipeline.drain();
      pipeline.stop();
    },
  };
}

async function measureReport() {
  const folder = makeBenchFolder();
  const config = configOf(folder.path);
  const writer = await startJournal(folder.path);
  try {
    const alone = await runReport(config, join(folder.path, 'report.pdf'));
    const feeding = startFeeding(writer);
    await sleep(2000);
    feeding.take();
    const quiet = [];
    const loaded = [];
    for (let turn = 0; turn < 2; turn++) {
      await sleep(QUIET_MS);
      quiet.push(...feeding.take());
      await runReport(config, join(folder.path, 'report.pdf'));
      loaded.push(...feeding.take());
    }
    await feeding.stop();
    for (const latenciesMs of [quiet, loaded]) latenciesMs.sort((a, b) => a - b);
    const shares = { p50: 0.5, p95: 0.95, p99: 0.99 };
    const told = Object.entries(shares).map(([name, share]) => [
      name,
      { quietMs: quantileOf(quiet, share), loadedMs: quantileOf(loaded, share) },
    ]);
    say(`commit latency: ${JSON.stringify(Object.fromEntries(told))}`);
    const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const rise = (meanOf(loaded) / meanOf(quiet) - 1) * 100;
    return [
      figureOf('report.seconds', alone.seconds, 's'),
      figureOf('memory.reportMiB', alone.peakMiB, 'MiB'),
      figureOf('console.commitLatencyRisePercent', rise, '%'),
    ];
  } finally {
    await writer.close();
    folder.remove();
  }
}

export const reportMeasurements = [
  {
    figures: ['report.seconds', 'memory.reportMiB', 'console.commitLatencyRisePercent'],
    measure: measureReport,
  },
];
