// The four serial readers behind one face, so that what is promised of reading TIDs is tried on each of them.

import { startChafonReader } from '../../../firmware-bridge/chafon/start-chafon-reader.js';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { startM100Reader } from '../../../firmware-bridge/m100/start-m100-reader.js';
import { startMercuryReader } from '../../../firmware-bridge/mercury/start-mercury-reader.js';
import { startR2000Reader } from '../../../firmware-bridge/r2000/start-r2000-reader.js';
import { ChafonSimulator } from '../../../firmware-bridge/simulators/chafon-simulator.js';
import type { TagReadTrouble } from '../../../firmware-bridge/simulators/fault-script.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { MercurySimulator } from '../../../firmware-bridge/simulators/mercury-simulator.js';
import { R2000Simulator } from '../../../firmware-bridge/simulators/r2000-simulator.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import type { FieldTag } from '../../../firmware-bridge/simulators/tag-memory.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

export interface TidSimulator extends SimulatedDevice {
  tagReads: TagReadTrouble;
  memoryReads: number;
  setTags(tags: readonly FieldTag[]): void;
}

interface Start {
  readonly time: FakeTime;
  readonly port: MemoryPort;
  readonly observed: Observed;
  readonly readTid: boolean;
}

interface TidReader {
  readonly name: string;
  /** Whether a tag whose bank ends early is asked for less. */
  readonly readsShortTids: boolean;
  simulate(time: FakeTime, seed: number): TidSimulator;
  start(start: Start): DeviceHandle;
}

const supervised = ({ time, port, observed, readTid }: Start) => ({
  ...{ id: 'dock', open: port.open, clock: time, timers: time, random: () => 0.5 },
  ...{ sink: observed.sink, readTid },
});

export const tidReaders: readonly TidReader[] = [
  {
    name: 'm100',
    readsShortTids: true,
    simulate: (timers, seed) => new M100Simulator({ timers, seed }),
    start: (start) => startM100Reader(supervised(start)),
  },
  {
    name: 'chafon 18',
    readsShortTids: true,
    simulate: (timers, seed) => new ChafonSimulator({ timers, seed, epcs: [], model: 'uhfreader18' }),
    start: (start) => startChafonReader({ ...supervised(start), model: 'uhfreader18' }),
  },
  {
    name: 'chafon 288',
    readsShortTids: true,
    simulate: (timers, seed) => new ChafonSimulator({ timers, seed, epcs: [] }),
    start: (start) => startChafonReader({ ...supervised(start), model: 'uhfreader288' }),
  },
  {
    name: 'mercury',
    readsShortTids: false,
    simulate: (timers, seed) => new MercurySimulator({ timers, seed }),
    start: (start) => startMercuryReader({ ...supervised(start), region: 'eu3' }),
  },
  {
    name: 'r2000',
    readsShortTids: false,
    simulate: (timers, seed) => new R2000Simulator({ timers, seed, epcs: [] }),
    start: (start) => startR2000Reader(supervised(start)),
  },
];

/** A reader in service, with its simulator and what it told. */
export async function inService(reader: TidReader, options: { readTid?: boolean; seed?: number } = {}) {
  const { readTid = true, seed = 1 } = options;
  const time = new FakeTime();
  const simulator = reader.simulate(time, seed);
  const wire = new FaultyWire(simulator, time);
  const observed = new Observed();
  const handle = reader.start({ time, port: new MemoryPort(wire), observed, readTid });
  await time.pass(5000);
  return { time, simulator, wire, observed, handle };
}
