// A truck's network, broken at random: black holes, a pulled cable, refused and lost packets, a slow line, a broker that
// freezes or starts again, all of it flapping. The gateway, its Mosquitto in a network namespace of its own and a consumer
// that proves each message are the real ones. Nothing acknowledged is lost, the consumer gets each record once and in order,
// recording goes on, and the broker is not stormed.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClientEvent } from '../../gateway/client/client-event.js';
import { ColdgateClient } from '../../gateway/client/coldgate-client.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { GATEWAY_NAME, makeGatewayFolder, topicOf } from './gateway-folder.js';
import { runGateway } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { canMakeNetworks, TruckNetwork } from './truck-network.js';

const FAULTS = Number(process.env.COLDGATE_NETWORK_FAULTS ?? 3);
const isLong = FAULTS > 20;
/** A fault lasts from half a second to this; of a campaign now and then as long as a connection that is half open. */
const LAST_MS = isLong ? 8_000 : 2_000;
const HALF_OPEN_MS = 45_000;
const HEALTHY_MS = isLong ? 3_000 : 1_000;
const READ_EVERY_MS = 20;
/** The longest pause between two connections is a minute. */
const SETTLE_MS = 150_000;
/** Each try in a black hole is a SYN and its repetitions after 1, 3 and 7 s. */
const SYNS_PER_FAULT = 40;
const MAX_RSS_MIB = 200;

const seed = Number(process.env.COLDGATE_NETWORK_SEED ?? Date.now() % 100_000);
let state = seed;
function random(): number {
  state = (state * 48_271 + 1) % 2_147_483_647;
  return state / 2_147_483_647;
}

type Fault = (network: TruckNetwork, ms: number) => Promise<void>;

const filtered =
  (verdict: string): Fault =>
  async (network, ms) => {
    network.filter(verdict);
    await sleep(ms);
    network.unfilter();
  };

const faults: Readonly<Record<string, Fault>> = {
  'black hole': filtered('drop'),
  refused: filtered('reject with tcp reset'),
  'a third of the packets lost': filtered('numgen random mod 100 < 30 drop'),
  'cable pulled': async (network, ms) => {
    network.pullCable();
    await sleep(ms);
    network.plugCable();
  },
  flapping: async (network, ms) => {
    for (let left = ms; left > 0; left -= 400) {
      network.pullCable();
      await sleep(200);
      network.plugCable();
      await sleep(200);
    }
  },
  'slow line': async (network, ms) => {
    network.slow(64);
    await sleep(ms);
    network.unslow();
  },
  'broker frozen': async (network, ms) => {
    network.freezeBroker();
    await sleep(ms);
    network.thawBroker();
  },
  'broker restarted': async (network, ms) => {
    await network.stopBroker();
    await sleep(ms);
    network.startBroker();
  },
};
const kinds = Object.keys(faults);

/** A sensor with a steady hand: one reading every 20 ms, each its own number, all of them acknowledged in the end. */
async function startSensor(port: number) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  let sent = 0;
  let acknowledged = 0;
  const timer = setInterval(() => {
    const value = sent++;
    client.publish(topicOf('cargo'), JSON.stringify({ value }), { qos: 1 }, (error) => {
      if (!error) acknowledged += 1;
    });
  }, READ_EVERY_MS);
  onTestFinished(() => {
    clearInterval(timer);
    client.end(true);
  });
  return {
    stop: async () => {
      clearInterval(timer);
      await eventually('all readings acknowledged', () => acknowledged === sent);
      return sent;
    },
  };
}

function listenTo(network: TruckNetwork) {
  const sequences: number[] = [];
  const odd: string[] = [];
  const take = (event: ClientEvent) => {
    if (event.type === 'record') sequences.push(event.record.sequence);
    else if (['refused', 'fork', 'skipped'].includes(event.type)) odd.push(JSON.stringify(event));
  };
  const client = new ColdgateClient({ gatewayName: GATEWAY_NAME, from: 0, onEvent: take });
  const connection = network.listen('consumer');
  connection.on('error', () => {});
  client.attach(connection);
  onTestFinished(async () => {
    await connection.endAsync(true);
  });
  return { sequences, odd, client };
}

const rssMiB = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

describe.skipIf(!canMakeNetworks())('a network that breaks', () => {
  test(
    `${FAULTS} faults: each record arrives once and in order, recording goes on, and nobody is stormed`,
    async () => {
      const folderPath = tempFolder();
      const network = new TruckNetwork(folderPath);
      onTestFinished(() => network.close());
      network.startBroker();
      const folder = await makeGatewayFolder(folderPath, {
        sensorIds: ['cargo'],
        brokers: [`{ name: fleet, url: '${network.url}' }`],
        windowMs: 100,
      });
      const consumer = listenTo(network);
      const gateway = runGateway(folder.config);
      const sensor = await startSensor(await gateway.brokerPort());
      await gateway.line('broker connected');
      const told: Record<string, number> = {};
      let worstRssMiB = 0;
      for (let fault = 0; fault < FAULTS; fault++) {
        const kind = kinds[Math.floor(random() * kinds.length)] ?? 'black hole';
        const isHalfOpen = isLong && kind === 'black hole' && random() < 0.2;
        await faults[kind]?.(network, isHalfOpen ? HALF_OPEN_MS : 500 + random() * (LAST_MS - 500));
        told[kind] = (told[kind] ?? 0) + 1;
        worstRssMiB = Math.max(worstRssMiB, rssMiB(gateway.pid));
        await sleep(200 + random() * HEALTHY_MS);
      }
      const sent = await sensor.stop();
      await gateway.line('gateway role started');
      const isAllThere = () => consumer.client.size >= sent;
      await eventually('the consumer has caught up', isAllThere, SETTLE_MS);
      const reasons = gateway.lines.flatMap(({ code, reason }) =>
        code === 'BROKER_UNREACHABLE' ? [String(reason)] : [],
      );
      const { asked } = network;
      await gateway.stop();
      const audit = auditJournal(folder.journal);
      await eventually('the last records', () => consumer.client.size >= audit.size, SETTLE_MS).catch(
        () => {},
      );
      console.info(
        JSON.stringify({
          ...{ campaign: 'network', seed, faults: told, sent, records: audit.size, asked },
          ...{ consumer: consumer.sequences.length, worstRssMiB: Math.round(worstRssMiB) },
          reasons: [...new Set(reasons)],
        }),
      );
      expect(audit.readings.get('cargo')).toEqual(Array.from({ length: sent }, (_, value) => value));
      expect(consumer.odd).toEqual([]);
      // Whatever was told came in one unbroken row from the first record on.
      expect(consumer.sequences).toEqual(consumer.sequences.map((_, index) => index));
      expect(consumer.sequences.length).toBeGreaterThanOrEqual(sent);
      expect(reasons.filter((reason) => reason === '')).toEqual([]);
      expect(asked).toBeLessThan(5 + FAULTS * SYNS_PER_FAULT);
      expect(worstRssMiB).toBeLessThan(MAX_RSS_MIB);
    },
    SETTLE_MS + FAULTS * (LAST_MS + HEALTHY_MS + (isLong ? HALF_OPEN_MS / 5 : 0)) + 60_000,
  );
});
