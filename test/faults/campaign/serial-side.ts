// Devices on wires that go on by themselves: a tag reader whose every round is a record, and a bus of probes each of
// which counts its own reads, so that the log tells a reading that is there twice or in the wrong place. Nobody waits
// for an acknowledgement on a wire: what a killed gateway had not recorded was never taken.

import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { ModbusSimulator } from '../../../firmware-bridge/simulators/modbus-simulator.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import { serveOverTcp } from '../../../firmware-bridge/simulators/stream-server.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { JournalAudit } from '../journal-audit.js';
import type { Belongings } from './belongings.js';

const PROBES = [1, 2, 3, 4];
const EPCS = ['3114257bf40c0e5a00000000', '30751feb705c5904e3d50d70'];
const ROUND_MS = 20;
/** The model tells tenths of a degree. */
const STEP_MILLI_C = 100;
/** Counts go around from -20 to 40 degrees, which a probe believes of itself. */
const [LEAST_MILLI_C, STEPS] = [-20_000, 600];

export interface SerialVerdict {
  readonly sightings: number;
  readonly probeReadings: number;
  readonly doubled: number;
  readonly reordered: number;
}

const nameOfProbe = (unit: number) => `bus-probe-${unit}`;

export class SerialSide {
  /** For the configuration, below `devices:`. */
  readonly devices: readonly string[];

  private constructor(readerPort: string, busPort: string) {
    const probes = PROBES.map(
      (unit) => `{ sensorId: ${nameOfProbe(unit)}, unit: ${unit}, profile: xy-md02 }`,
    );
    this.devices = [
      `{ id: reader, type: m100, port: '${readerPort}', mergeWindowMs: 0 }`,
      `{ id: bus, type: modbus, port: '${busPort}', cadenceMs: 500, probes: [ ${probes.join(', ')} ] }`,
    ];
  }

  /** Powers the devices. Over TCP: a tty's input is ignored for longer than a life lasts. */
  static async plugIn(belongings: Belongings): Promise<SerialSide> {
    const serve = async (device: SimulatedDevice) => {
      const { port, close } = await serveOverTcp(device);
      belongings.keep(close);
      return port;
    };
    const probes = PROBES.map((unit) => {
      let reads = 0;
      const temperatureMilliC = () => LEAST_MILLI_C + (reads++ % STEPS) * STEP_MILLI_C;
      return { unit, profile: 'xy-md02', temperatureMilliC } as const;
    });
    const reader = await serve(new M100Simulator({ epcs: EPCS, roundMs: ROUND_MS }));
    const bus = await serve(new ModbusSimulator({ probes, latencyMs: 2 }));
    return new SerialSide(reader, bus);
  }

  /** What the log says of the wires. */
  judge(audit: JournalAudit): SerialVerdict {
    let [doubled, reordered, probeReadings] = [0, 0, 0];
    for (const unit of PROBES) {
      let before: number | undefined;
      for (const value of audit.readings.get(nameOfProbe(unit)) ?? []) {
        probeReadings += 1;
        const ahead = before === undefined ? 1 : (value - before) / STEP_MILLI_C;
        const steps = ((ahead % STEPS) + STEPS) % STEPS;
        if (steps === 0) doubled += 1;
        else if (steps > STEPS / 2) reordered += 1;
        before = value;
      }
    }
    const sightings = audit.records.filter(({ kind }) => kind === recordKinds.tagSighting);
    const uptimes = new Map<string, number>();
    for (const record of sightings) {
      const name = audit.nameOf(record) ?? '';
      if (record.uptimeMs < (uptimes.get(name) ?? 0)) reordered += 1;
      uptimes.set(name, record.uptimeMs);
    }
    return { sightings: sightings.length, probeReadings, doubled, reordered };
  }
}
