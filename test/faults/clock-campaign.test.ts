// The clock of a truck without a battery, on the real program: it boots in 1970, somebody steps it by up to ten years either
// way again and again, a time service sets it right late, and the gateway is killed in between. The truth is known to the
// sensors: nothing acknowledged is lost, nothing changes places, durations and alarms are true, and what was read before
// anybody knew the time is found by the time at which it was read.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runAudit } from '../../gateway/cli/audit-command.js';
import { runExport } from '../../gateway/cli/export-command.js';
import { JournalReader } from '../../gateway/journal/journal-reader.js';
import { readPlacedAlerts } from '../../gateway/reviews/shown-alerts.js';
import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { hasProgram } from '../firmware-bridge/peer-program.js';
import { capturedIo } from '../gateway/cli/captured-io.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { FakedClock } from './faked-clock.js';
import { makeGatewayFolder, topicOf } from './gateway-folder.js';
import { runGatewayBehind } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import type { SpawnedGateway } from './spawned-gateway.js';

const STEPS = Number(process.env.COLDGATE_CLOCK_STEPS ?? 5);
const MS_PER_STEP = 1600;
const YEAR_MS = 365.25 * 86_400_000;
/** The kernel's tick, and the rounding of two clocks. */
const ROUNDING_MS = 20;
const [COOL, HOT] = [4_000, 12_000];

interface Sent {
  readonly value: number;
  readonly sentMs: number;
  readonly acknowledgedMs: number;
}

/** A sensor that waits for each acknowledgement, and whose clock is the truth. */
class TrueSensor {
  readonly sent: Sent[] = [];
  #number = 0;

  async send(port: number, celsius: number): Promise<Sent> {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    const sentMs = Date.now();
    // The last digits number the readings.
    const value = celsius + this.#number++;
    await client.publishAsync(topicOf('cargo'), JSON.stringify({ value }), { qos: 1 });
    const sent = { value, sentMs, acknowledgedMs: Date.now() };
    this.sent.push(sent);
    await client.endAsync(true);
    return sent;
  }
}

async function truck() {
  const path = tempFolder();
  const clock = new FakedClock(path);
  const folder = await makeGatewayFolder(path, {
    sensorIds: ['cargo'],
    clock: `synchronisedFile: ${clock.mark}`,
  });
  appendFileSync(folder.config, 'excursions: [ { sensorId: cargo, highMilliC: 8000 } ]\n');
  let gateway: SpawnedGateway | undefined;
  const start = async () => {
    gateway = runGatewayBehind(clock.wrapper, folder.config);
    return gateway.brokerPort();
  };
  const boot = async () => {
    // 1970-01-01 and a few seconds.
    clock.set(10_000 - Date.now());
    return start();
  };
  const restart = async () => {
    await gateway?.kill();
    return start();
  };
  return {
    path,
    folder,
    clock,
    boot,
    restart,
    stop: async () => gateway?.stop(),
    said: async (text: string) => gateway?.line(text),
  };
}

/** Reproducible where it is given. */
const seed = Number(process.env.COLDGATE_CLOCK_SEED ?? Date.now() % 100_000);
let state = seed;
function random(): number {
  state = (state * 48_271 + 1) % 2_147_483_647;
  return state / 2_147_483_647;
}

describe.skipIf(!hasProgram('faketime'))('a gateway whose clock is wrong', () => {
  test(
    `over ${STEPS} steps of up to ten years: nothing is lost or changes places, and all times are true`,
    async () => {
      const all = await truck();
      const sensor = new TrueSensor();
      const beganMs = Date.now();
      let port = await all.boot();
      await sensor.send(port, COOL);
      const hot = await sensor.send(port, HOT);
      let killed = 0;
      for (let step = 0; step < STEPS; step++) {
        if (step === Math.ceil(STEPS / 3)) {
          all.clock.synchronise();
          // The gateway looks once a second.
          await all.said('the time is known');
        } else all.clock.set((random() * 2 - 1) * 10 * YEAR_MS);
        await sleep(200 + random() * 1200);
        await sensor.send(port, HOT);
        if (random() < 0.1) {
          port = await all.restart();
          killed += 1;
        }
      }
      const cool = await sensor.send(port, COOL);
      await eventually('the end of the excursion', () =>
        readPlacedAlerts(all.folder.config).some(({ isOngoing }) => !isOngoing),
      );
      // Judging again is done, and told, within a tick or two.
      await sleep(2500);
      await all.stop();

      const audit = auditJournal(all.folder.journal);
      const values = audit.readings.get('cargo') ?? [];
      const journal = new JournalReader(all.folder.journal);
      onTestFinished(() => journal.close());
      const records = audit.leaves.map((leaf) => decodeRecord(leaf));
      const readings = records.filter(({ kind }) => kind === recordKinds.temperature);
      const worstMs = sensor.sent.reduce((worst, { value, sentMs, acknowledgedMs }) => {
        const record = readings.find((one) => one.value === value);
        if (!record) return Number.POSITIVE_INFINITY;
        const { observedAtMs, clockTrust } = journal.times.placed(record);
        expect(clockTrust, `the time of ${value} is known`).toBeGreaterThan(0);
        return Math.max(worst, sentMs - observedAtMs, observedAtMs - acknowledgedMs);
      }, 0);
      const doubted = readings.filter(({ clockTrust }) => clockTrust === 0).length;
      const [alert, ...others] = readPlacedAlerts(all.folder.config);
      console.info(
        JSON.stringify({
          ...{ campaign: 'clock', seed, steps: STEPS, killed, readings: values.length, doubted },
          ...{ lost: sensor.sent.filter(({ value }) => !values.includes(value)).length, worstMs },
          outsideMs: alert?.matter.outsideMs,
          clockSteps: audit.details(recordKinds.clockEvent).length,
        }),
      );
      // Nothing lost, nothing twice, in the order in which it was sent.
      expect(values).toEqual(sensor.sent.map(({ value }) => value));
      expect(worstMs).toBeLessThan(ROUNDING_MS);
      expect(doubted).toBeGreaterThan(0);
      expect(doubted).toBeLessThan(values.length);
      expect(audit.count(recordKinds.timeReference)).toBe(1);
      expect(audit.details(recordKinds.clockEvent).length).toBeGreaterThan(STEPS / 4);
      // One excursion, as long as it was, from when it was.
      expect(others).toEqual([]);
      const { outsideMs, startedAtMs } = alert?.matter ?? {};
      expect(outsideMs).toBeGreaterThan(cool.sentMs - hot.acknowledgedMs - ROUNDING_MS);
      expect(outsideMs).toBeLessThan(cool.acknowledgedMs - hot.sentMs + ROUNDING_MS);
      expect(startedAtMs).toBeGreaterThan(hot.sentMs - ROUNDING_MS);
      expect(startedAtMs).toBeLessThan(hot.acknowledgedMs + ROUNDING_MS);
      // Found by the true time, also what a clock in 1970 recorded.
      const io = capturedIo();
      const from = new Date(beganMs - 1000).toISOString();
      const to = new Date().toISOString();
      const { config } = all.folder;
      await runAudit({ config, from, to, kind: ['operatorAction'], json: true }, io);
      const started = io.outLines
        .map((line) => JSON.parse(line).entry)
        .filter((entry) => entry?.type === 'gateway-started');
      expect(started).toHaveLength(1 + killed);
      expect(started[0].recordedAt).toMatch(/^1970-01-01T/);
      const output = join(all.path, 'bundle.json');
      await runExport({ config, from, to, output, signedOnly: true, json: true }, io);
      expect(JSON.parse(io.outLines.at(-1) ?? '{}')).toMatchObject({ firstSequence: 0 });
    },
    60_000 + STEPS * MS_PER_STEP * 2,
  );

  test('years ahead from the start, it believes nobody until a time service speaks, and says so', async () => {
    const all = await truck();
    const sensor = new TrueSensor();
    all.clock.set(9 * YEAR_MS);
    const port = await all.restart();
    await sensor.send(port, COOL);
    await sleep(1200);
    await sensor.send(port, COOL);
    all.clock.synchronise();
    await all.said('the time is known');
    await sensor.send(port, COOL);
    await all.stop();
    const journal = new JournalReader(all.folder.journal);
    onTestFinished(() => journal.close());
    const readings = auditJournal(all.folder.journal)
      .leaves.map((leaf) => decodeRecord(leaf))
      .filter(({ kind }) => kind === recordKinds.temperature);
    expect(readings.map(({ clockTrust }) => clockTrust)).toEqual([0, 0, 2]);
    for (const [index, record] of readings.entries()) {
      const { sentMs = 0, acknowledgedMs = 0 } = sensor.sent[index] ?? {};
      const { observedAtMs } = journal.times.placed(record);
      expect(observedAtMs).toBeGreaterThan(sentMs - ROUNDING_MS);
      expect(observedAtMs).toBeLessThan(acknowledgedMs + ROUNDING_MS);
    }
    expect((readings[0]?.observedAtMs ?? 0) - (sensor.sent[0]?.sentMs ?? 0)).toBeGreaterThan(8 * YEAR_MS);
  }, 60_000);
});
