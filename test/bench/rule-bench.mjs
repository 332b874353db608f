// The excursion desk alone, on one core: 64 probes with six rules each, readings in and out of their limits.

import { ExcursionDesk } from '../../dist/gateway/excursions/excursion-desk.js';
import { figureOf } from './progress.mjs';

const PROBES = 64;
const STEP_MS = 10_000;
const ROUNDS = 20_000;
const WARM_UP_ROUNDS = 2_000;
/** Drafts are made before the clock starts, so many rounds at a time. */
const CHUNK_ROUNDS = 1_000;

const rule = (id, side, limitMilliC, type, delayMs) => ({
  id,
  side,
  highMilliC: side === 'high' ? limitMilliC : undefined,
  lowMilliC: side === 'low' ? limitMilliC : undefined,
  inclusive: false,
  type,
  delayMs,
  clearHysteresisMilliC: 200,
  severity: 'major',
});

const profile = {
  name: 'bench',
  version: '1',
  title: 'Six rules',
  source: 'this bench',
  rules: [
    rule('warm', 'high', 8_000, 'single', 600_000),
    rule('hot', 'high', 12_000, 'single', 0),
    rule('warm-in-all', 'high', 8_000, 'cumulative', 3_600_000),
    rule('cool', 'low', 2_000, 'single', 600_000),
    rule('frost', 'low', 0, 'single', 0),
    rule('cool-in-all', 'low', 2_000, 'cumulative', 3_600_000),
  ],
  intervalMs: STEP_MS,
  maxGapMs: 60_000,
  ignoreMs: 0,
  mkt: undefined,
  stability: [],
  isFrozen: false,
  hash: 'be'.repeat(32),
};

const draftOf = (probe, round) => ({
  observedAtMs: 1_790_000_000_000 + round * STEP_MS,
  uptimeMs: round * STEP_MS + probe,
  bootCount: 1,
  clockTrust: 2,
  kind: 1,
  subjectName: `probe-${probe}`,
  isSalted: false,
  // A slow swing around the upper limit, of another phase for each probe: runs begin, fire and end.
  value: 5_000 + Math.round(4_000 * Math.sin(round / 400 + probe)),
  quality: 0,
  shipmentName: undefined,
  detail: undefined,
});

function newDesk() {
  return new ExcursionDesk({
    stored: new Map(),
    terms: Array.from({ length: PROBES }, (_, probe) => ({ sensorId: `probe-${probe}`, profile })),
    markOf: () => undefined,
    now: { observedAtMs: 1_790_000_000_000, uptimeMs: 0, bootCount: 1, clockTrust: 2 },
    size: 0,
  });
}

/** Judges whole rounds; gives the seconds that the judges took. */
function judgeRounds(desk, from, to) {
  const drafts = [];
  for (let round = from; round < to; round++) {
    for (let probe = 0; probe < PROBES; probe++) drafts.push(draftOf(probe, round));
  }
  const started = process.hrtime.bigint();
  for (const draft of drafts) desk.judge(draft);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

function ruleFigures() {
  const desk = newDesk();
  judgeRounds(desk, 0, WARM_UP_ROUNDS);
  let seconds = 0;
  for (let round = WARM_UP_ROUNDS; round < ROUNDS; round += CHUNK_ROUNDS) {
    seconds += judgeRounds(desk, round, round + CHUNK_ROUNDS);
  }
  const rows = desk.tick(draftOf(0, ROUNDS), ROUNDS * PROBES).judgeState;
  const bytes = rows.reduce((sum, [key, value]) => sum + key.length + (value?.length ?? 0), 0);
  const readings = (ROUNDS - WARM_UP_ROUNDS) * PROBES;
  return [
    figureOf('rules.readingsPerSecond', Math.round(readings / seconds), '1/s'),
    figureOf('rules.bytesPerProbeRule', Math.round(bytes / PROBES / profile.rules.length), 'bytes'),
  ];
}

export const ruleMeasurements = [
  { figures: ['rules.readingsPerSecond', 'rules.bytesPerProbeRule'], measure: ruleFigures },
];
