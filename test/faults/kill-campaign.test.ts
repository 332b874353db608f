// The gateway is killed again and again under load, at random moments. kill -9 cannot tell a durable commit from
// one in the page cache (power-cut.test.ts does); it tells whether an acknowledgement waits for the commit at all,
// and whether the log goes on where it ended.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { M100Simulator } from '../../firmware-bridge/simulators/m100-simulator.js';
import { ModbusSimulator } from '../../firmware-bridge/simulators/modbus-simulator.js';
import type { SimulatedDevice } from '../../firmware-bridge/simulators/simulated-device.js';
import { serveOverTcp } from '../../firmware-bridge/simulators/stream-server.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { runGateway } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { PublicationWatch } from './publication-watch.js';
import { SensorLoad } from './sensor-load.js';

const KILLS = Number(process.env.COLDGATE_KILLS ?? 20);
/** A life lasts from the role's start to a moment between these, ms. */
const LIFE_MS = [50, 800] as const;
const MS_PER_LIFE = 4000;
const SENSORS = ['front', 'rear', 'door', 'ceiling'];

async function serve(device: SimulatedDevice): Promise<string> {
  const { port, close } = await serveOverTcp(device);
  onTestFinished(close);
  return port;
}

/** A tag reader and a probe bus that go on by themselves: what they say cannot be asked for again. */
async function startDevices(): Promise<readonly string[]> {
  const epcs = ['3114257bf40c0e5a00000000', '30751feb705c5904e3d50d70'];
  const reader = await serve(new M100Simulator({ epcs, roundMs: 20 }));
  const probes = [{ unit: 1, profile: 'xy-md02', temperatureMilliC: () => 4000 } as const];
  const bus = await serve(new ModbusSimulator({ probes, latencyMs: 2 }));
  return [
    `{ id: reader, type: m100, port: '${reader}', mergeWindowMs: 0 }`,
    `{ id: bus, type: modbus, port: '${bus}', cadenceMs: 500, probes: [ { sensorId: bus-probe, unit: 1, profile: xy-md02 } ] }`,
  ];
}

test(
  `${KILLS} kills under load: nothing acknowledged is lost, and the log is one whole log`,
  async () => {
    const devices = await startDevices();
    const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS, devices, windowMs: 10 });
    const load = new SensorLoad(SENSORS);
    const watch = new PublicationWatch();
    onTestFinished(() => {
      load.disconnect();
      watch.disconnect();
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const gateway = runGateway(folder.config);
      const port = await gateway.brokerPort();
      load.connect(port);
      watch.connect(port);
      await sleep(LIFE_MS[0] + Math.random() * (LIFE_MS[1] - LIFE_MS[0]));
      await gateway.kill();
      expect(gateway.troubles.filter(({ code }) => code !== undefined)).toEqual([]);
      load.disconnect();
      watch.disconnect();
    }
    // As the kill left it: nobody has tidied up.
    const audit = auditJournal(folder.journal);
    const comparison = load.compare(audit.readings);
    const { size, checkpoints, tiles } = audit;
    const published = watch.leaves.size;
    const sightings = audit.count(recordKinds.tagSighting);
    console.info(
      JSON.stringify({
        campaign: 'kill -9',
        kills: KILLS,
        ...comparison,
        size,
        checkpoints,
        tiles,
        sightings,
        published,
      }),
    );
    expect(comparison.lost).toBe(0);
    expect(comparison.unexplained).toBe(0);
    expect(watch.complaints).toEqual([]);
    expect(watch.strangers(audit.leaves)).toEqual([]);
    // A campaign that had nothing to lose proves nothing.
    expect(comparison.acknowledged).toBeGreaterThan(KILLS);
    expect(audit.count(recordKinds.operatorAction)).toBeGreaterThan(KILLS / 2);
    expect(sightings).toBeGreaterThan(KILLS / 2);
    expect(published).toBeGreaterThan(0);
    expect(tiles).toBeGreaterThan(0);
  },
  60_000 + KILLS * MS_PER_LIFE,
);
