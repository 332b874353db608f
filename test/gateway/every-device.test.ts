// Every device family at once behind the built gateway: what each says becomes records of one log, and what somebody
// did to a probe while nobody was looking is told. Virtual devices over TCP, in real time. Needs the build.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../firmware-bridge/clock.js';
import { BoardSimulator } from '../../firmware-bridge/simulators/board-simulator.js';
import { ChafonSimulator } from '../../firmware-bridge/simulators/chafon-simulator.js';
import { GpsdSimulator } from '../../firmware-bridge/simulators/gpsd-simulator.js';
import { M100Simulator } from '../../firmware-bridge/simulators/m100-simulator.js';
import { MercurySimulator } from '../../firmware-bridge/simulators/mercury-simulator.js';
import { ModbusSimulator } from '../../firmware-bridge/simulators/modbus-simulator.js';
import { NmeaSimulator } from '../../firmware-bridge/simulators/nmea-simulator.js';
import { OnewireSimulator } from '../../firmware-bridge/simulators/onewire-simulator.js';
import { R2000Simulator } from '../../firmware-bridge/simulators/r2000-simulator.js';
import type { SimulatedDevice } from '../../firmware-bridge/simulators/simulated-device.js';
import { type SimulatedPort, serveOverTcp } from '../../firmware-bridge/simulators/stream-server.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { makeGatewayFolder } from '../faults/gateway-folder.js';
import { runGateway } from '../faults/gateway-process.js';
import { auditJournal } from '../faults/journal-audit.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { watchContract } from './contract/contract-watch.js';
import { tempFolder } from './temp-folder.js';

const LIMIT_MS = 120_000;
const EPC = '30751feb705c5904e3d50d70';
const temperatureOffsetRegister = 0x0103;

async function served(device: SimulatedDevice): Promise<SimulatedPort> {
  const port = await serveOverTcp(device);
  onTestFinished(() => port.close());
  return port;
}

/** What the gateway has published, by topic below its own. */
function subscribe(port: number): Map<string, string[]> {
  const heard = new Map<string, string[]>();
  const client: MqttClient = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  onTestFinished(() => void client.end(true));
  client.on('connect', () => client.subscribe('coldgate/1/faults/#'));
  client.on('message', (topic, payload) => {
    watchContract(topic, payload);
    const below = topic.replace('coldgate/1/faults/', '');
    heard.set(below, [...(heard.get(below) ?? []), payload.toString()]);
  });
  return heard;
}

describe('every device family at once', () => {
  test(
    'becomes records of one log; a calibration changed while a port was unplugged, or the gateway off, is an alert',
    async () => {
      const path = tempFolder();
      const bus = new ModbusSimulator({
        probes: [{ unit: 1, profile: 'xy-md02', temperatureMilliC: () => 4_800 }],
      });
      const wire = new OnewireSimulator({
        directory: join(path, 'w1'),
        chips: [{ romId: '28-0316a2795cff', temperatureMilliC: () => 5_125 }],
        clock: systemClock,
      });
      mkdirSync(join(path, 'w1'));
      await wire.start();
      onTestFinished(() => wire.stop());
      const busPort = await served(bus);
      const ports = {
        m100: await served(new M100Simulator({ epcs: [EPC] })),
        chafon: await served(new ChafonSimulator({ model: 'uhfreader288', epcs: [EPC] })),
        mercury: await served(new MercurySimulator({ epcs: [EPC] })),
        r2000: await served(new R2000Simulator({ epcs: [EPC] })),
        board: await served(new BoardSimulator()),
        nmea: await served(new NmeaSimulator()),
        gpsd: await served(new GpsdSimulator()),
      };
      const readers = ['m100', 'chafon', 'mercury', 'r2000'] as const;
      const more = { m100: '', chafon: ', model: uhfreader288', mercury: ', region: eu3', r2000: '' };
      const folder = await makeGatewayFolder(path, {
        devices: [
          ...readers.map(
            (type) => `{ id: ${type}-reader, type: ${type}, port: '${ports[type].port}'${more[type]} }`,
          ),
          `{ id: bus, type: modbus, port: '${busPort.port}', cadenceMs: 1000, probes: [ { sensorId: front, unit: 1, profile: xy-md02, humiditySensorId: front-rh } ] }`,
          `{ id: wire, type: onewire, directory: ${join(path, 'w1')}, cadenceMs: 1000, probes: [ { sensorId: floor, romId: 28-0316a2795cff } ] }`,
          `{ id: board, type: board, port: '${ports.board.port}', channels: [ { channel: 1, sensorId: roof, quantity: temperature }, { channel: 16, sensorId: side-door, quantity: door } ] }`,
          `{ id: receiver, type: nmea, port: '${ports.nmea.port}' }`,
          `{ id: daemon, type: gpsd, port: '${ports.gpsd.port}' }`,
        ],
      });
      const gateway = runGateway(folder.config);
      const heard = subscribe(await gateway.brokerPort());
      for (const sensor of ['front', 'front-rh', 'floor', 'roof', 'side-door']) {
        await eventually(`a reading of ${sensor}`, () => heard.has(`sensor/${sensor}`));
      }
      expect([...heard.keys()].filter((topic) => topic.startsWith('alert/'))).toEqual([]);

      await busPort.unplug();
      bus.setOffset(1, temperatureOffsetRegister, -2_000);
      await busPort.plugIn();
      const alert = 'alert/front-calibration-changed';
      await eventually('the changed calibration is an alert', () => heard.has(alert));
      expect(await gateway.stop()).toBe(0);

      bus.setOffset(1, temperatureOffsetRegister, -3_000);
      const next = runGateway(folder.config);
      const heardNext = subscribe(await next.brokerPort());
      await eventually('the alert after the restart', () =>
        (heardNext.get(alert) ?? []).some((text) => text.includes('-3')),
      );
      expect(await next.stop()).toBe(0);

      const audit = auditJournal(folder.journal);
      const { temperature, humidity, tagSighting, position, door, timeBeacon } = recordKinds;
      const { temperatureOffset, humidityOffset } = recordKinds;
      for (const kind of [
        temperature,
        humidity,
        position,
        door,
        timeBeacon,
        temperatureOffset,
        humidityOffset,
      ]) {
        expect(audit.count(kind), `records of kind ${kind}`).toBeGreaterThan(0);
      }
      const seenBy = new Set(audit.details(tagSighting).map(({ reader }) => reader));
      expect(seenBy).toEqual(new Set(readers.map((type) => `${type}-reader`)));
    },
    LIMIT_MS,
  );
});
