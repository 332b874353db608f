// The console over a shipment of a million records: how long a chart takes, what the process holds, and what its load costs the
// gateway's commits. The console is the real program in its own process, asked over HTTP with a token.

import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../dist/gateway/journal/database.js';
import { insertInto } from '../../dist/gateway/journal/row-check.js';
import { allocatorEnvironment, nodeFlagsOf } from '../../dist/gateway/role-memory.js';
import { fillBacklog } from './backlog.mjs';
import { makeBenchFolder } from './bench-folder.mjs';
import { readingAt, startJournalRig } from './journal-rig.mjs';
import { figureOf, quantileOf, say } from './progress.mjs';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const SHIPMENT_RECORDS = 1_000_000;
const RECORDS_PER_COMMIT = 1_000;
const CHARTS = 200;
const START_TIMEOUT_MS = 30_000;
const INDEX_TIMEOUT_MS = 1_200_000;
const READINGS_PER_SECOND = 1_000;
const LATENCY_MS = 15_000;
const WARM_UP_MS = 3_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** As an administrator would have made it. */
function grantToken(journal, scopes) {
  const id = randomBytes(8).toString('hex');
  const token = `cgt_${id}_${randomBytes(32).toString('base64url')}`;
  const secretHash = createHash('sha256').update(token).digest('hex');
  const nowMs = Date.now();
  const row = {
    id,
    secretHash,
    label: 'bench',
    scopes,
    createdAtMs: nowMs,
    createdBy: 'bench',
    expiresAtMs: nowMs + 86_400_000,
  };
  const database = openDatabase(journal, { access: 'peer' });
  database.prepare(insertInto('judge_state')).run(`api-token/${id}`, JSON.stringify(row));
  database.close();
  return token;
}

/** Starts the role on the folder's configuration, and gives what asks it. */
async function startConsole(config, folder, journal) {
  const token = grantToken(journal, ['read:live', 'read:history']);
  const logFile = join(folder, 'console.log');
  const child = spawn(
    process.execPath,
    [...nodeFlagsOf('console'), program, 'run', '--role', 'console', '-c', config],
    {
      stdio: ['ignore', openSync(logFile, 'a'), openSync(logFile, 'a')],
      env: { ...process.env, ...allocatorEnvironment },
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let url;
  for (let waitedMs = 0; url === undefined; waitedMs += 50) {
    url = /"url":"([^"]+)"/.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (child.exitCode !== null || waitedMs > START_TIMEOUT_MS)
      throw new Error(`the console did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    await sleep(50);
  }
  const ask = async (path) => {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
  const memoryOf = (name) =>
    Number(
      new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1],
    ) / 1024;
  return {
    ask,
    memoryOf,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function configure(folder, dataDir, more = '') {
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(
    config,
    `gateway: { name: bench, dataDir: '${dataDir}' }\nconsole: { listen: { port: 0 }, limits: { requestsPerMinute: 100000 } }\n${more}`,
  );
  return config;
}

/** Windows as a person picks them: all of it, then in and in again. */
function windowsOf({ fromMs, toMs }) {
  const lengthMs = toMs - fromMs;
  return Array.from({ length: CHARTS }, (_, at) => {
    const widthMs = lengthMs / 4 ** (at % 6);
    const startMs = fromMs + (lengthMs - widthMs) * ((at * 0.618) % 1);
    return [Math.round(startMs), Math.round(startMs + widthMs)];
  });
}

async function measureCharts() {
  const folder = makeBenchFolder();
  spawnSync(process.execPath, [program, 'init', folder.path, '--name', 'bench']);
  const dataDir = join(folder.path, 'data');
  const config = configure(folder.path, dataDir);
  await fillBacklog(config, SHIPMENT_RECORDS, RECORDS_PER_COMMIT);
  const startedMs = performance.now();
  const running = await startConsole(config, folder.path, join(dataDir, 'journal.db'));
  try {
    const chart = (query) => running.ask(`/api/chart?shipment=BENCH-0001&widthPx=800${query}`);
    for (let waitedMs = 0; ; waitedMs += 500) {
      const { indexedRecords } = await running.ask('/api/chart?sensors=none');
      if (indexedRecords >= SHIPMENT_RECORDS) break;
      if (waitedMs > INDEX_TIMEOUT_MS) throw new Error(`only ${indexedRecords} records were indexed`);
      await sleep(500);
    }
    say(
      `${SHIPMENT_RECORDS} records proven and indexed in ${Math.round((performance.now() - startedMs) / 1000)} s, peak ${running.memoryOf('VmHWM').toFixed(1)} MiB`,
    );
    const whole = await chart('');
    const took = [];
    for (const [fromMs, toMs] of windowsOf(whole)) {
      const beganMs = performance.now();
      await chart(`&fromMs=${fromMs}&toMs=${toMs}`);
      took.push(performance.now() - beganMs);
    }
    const sorted = took.sort((a, b) => a - b);
    say(
      `${CHARTS} charts of ${whole.series.length} probes, median ${quantileOf(sorted, 0.5).toFixed(0)} ms, worst ${sorted.at(-1)?.toFixed(0)} ms`,
    );
    return [
      figureOf('console.chartP95Ms', quantileOf(sorted, 0.95), 'ms'),
      figureOf('memory.consoleMiB', running.memoryOf('VmHWM'), 'MiB'),
    ];
  } finally {
    await running.close();
    folder.remove();
  }
}

/** Milliseconds from a reading's arrival to its commit, at 1,000 readings a second, sorted. */
async function commitLatencies(rig, sealed) {
  const latencies = [];
  let taken = 0;
  let durable = 0;
  const arrivals = [];
  sealed.tell = (records) => {
    const nowMs = performance.now();
    for (const end = durable + records; durable < end; durable++)
      latencies.push(nowMs - arrivals[durable % arrivals.length]);
  };
  arrivals.length = 65_536;
  const startMs = performance.now();
  let warm;
  while (performance.now() - startMs < WARM_UP_MS + LATENCY_MS) {
    const due = Math.floor(((performance.now() - startMs) / 1000) * READINGS_PER_SECOND);
    for (; taken < due; taken++) {
      arrivals[taken % arrivals.length] = performance.now();
      rig.desk.take(readingAt(taken));
    }
    if (warm === undefined && performance.now() - startMs > WARM_UP_MS) warm = latencies.length;
    await sleep(1);
  }
  await rig.pipeline.drain();
  return latencies.slice(warm).sort((a, b) => a - b);
}

/** The same load three times: alone, with charts asked for without a pause, and alone again. */
async function measureRise() {
  const sealed = { tell: () => {}, size: 0 };
  const rig = await startJournalRig({
    windowMs: 0,
    onSealed: ({ size }) => {
      sealed.tell(size - sealed.size);
      sealed.size = size;
    },
  });
  const dataDir = rig.path;
  const config = configure(dataDir, dataDir);
  let isOver = false;
  try {
    const before = await commitLatencies(rig, sealed);
    const running = await startConsole(config, dataDir, join(dataDir, 'journal.db'));
    let charts = 0;
    const load = (async () => {
      while (!isOver) {
        const toMs = Date.now();
        await running.ask(`/api/chart?fromMs=${toMs - 3_600_000}&toMs=${toMs}&widthPx=800`);
        charts += 1;
      }
    })();
    const during = await commitLatencies(rig, sealed);
    isOver = true;
    await load;
    await running.close();
    const after = await commitLatencies(rig, sealed);
    const told = [before, during, after].map(
      (one) => `p50 ${quantileOf(one, 0.5).toFixed(2)} p95 ${quantileOf(one, 0.95).toFixed(2)} ms`,
    );
    say(`commits alone: ${told[0]}; with ${charts} charts: ${told[1]}; alone again: ${told[2]}`);
    const alone = (quantileOf(before, 0.5) + quantileOf(after, 0.5)) / 2;
    const rise = Math.max(0, (quantileOf(during, 0.5) / alone - 1) * 100);
    return [figureOf('console.chartLatencyRisePercent', rise, '%')];
  } finally {
    isOver = true;
    await rig.close();
  }
}

export const consoleMeasurements = [
  { figures: ['console.chartP95Ms', 'memory.consoleMiB'], measure: measureCharts },
  { figures: ['console.chartLatencyRisePercent'], measure: measureRise },
];
