// Every virtual device by its name on the command line. Each runs with defaults that make a sensible demo.

import type { Timers } from '../clock.js';
import { BoardSimulator } from './board-simulator.js';
import { ChafonSimulator } from './chafon-simulator.js';
import { GpsdSimulator } from './gpsd-simulator.js';
import { M100Simulator } from './m100-simulator.js';
import { MercurySimulator } from './mercury-simulator.js';
import { ModbusSimulator } from './modbus-simulator.js';
import { NmeaSimulator } from './nmea-simulator.js';
import { R2000Simulator } from './r2000-simulator.js';
import { RcpSimulator } from './rcp-simulator.js';
import type { SimulatedDevice } from './simulated-device.js';

export interface SimulationSettings {
  readonly seed: number;
  readonly timers?: Timers;
}

export interface SimulatedKind {
  readonly name: string;
  /** For a person. */
  readonly title: string;
  make(settings: SimulationSettings): SimulatedDevice;
}

const demoEpcs = ['e28068940000400a9d22a9eb', '30751feb705c5904e3d50d70'];
/** The same with chips behind them, for readers whose driver may read those. */
const demoTags = demoEpcs.map((epc, index) => ({ epc, tid: `e2806890200040000000000${index + 1}` }));

export const simulatedKinds: readonly SimulatedKind[] = [
  {
    name: 'm100',
    title: 'M100 UHF reader',
    make: (settings) => new M100Simulator({ epcs: demoTags, ...settings }),
  },
  { name: 'rcp', title: 'Phychips UHF reader', make: ({ timers }) => new RcpSimulator(rcp(timers)) },
  {
    name: 'mercury',
    title: 'ThingMagic Mercury UHF reader',
    make: (settings) => new MercurySimulator({ epcs: demoTags, ...settings }),
  },
  {
    name: 'chafon',
    title: 'UHFReader288',
    make: (settings) => new ChafonSimulator({ epcs: demoTags, ...settings }),
  },
  { name: 'r2000', title: 'R2000 UHF reader', make: (settings) => new R2000Simulator(settings) },
  {
    name: 'modbus',
    title: 'RS-485 bus with one XY-MD02 as unit 1',
    make: ({ timers }) => new ModbusSimulator(timers === undefined ? {} : { timers }),
  },
  { name: 'nmea', title: 'GNSS receiver in a truck', make: (settings) => new NmeaSimulator(settings) },
  { name: 'gpsd', title: 'gpsd with a receiver in a truck', make: (settings) => new GpsdSimulator(settings) },
  { name: 'board', title: 'sensor board, binary frames', make: (settings) => new BoardSimulator(settings) },
];

function rcp(timers: Timers | undefined): { epcs: readonly string[]; timers?: Timers } {
  return { epcs: demoEpcs, ...(timers === undefined ? {} : { timers }) };
}
