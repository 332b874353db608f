// The truck of the medical demo: a UHF reader at the doors and a probe among the goods, as bytes on TCP ports, so that the gateway
// cannot tell them from devices. What the goods feel and which tags pass is the story's to say.

import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { ModbusSimulator } from '../../../firmware-bridge/simulators/modbus-simulator.js';
import { serveOverTcp } from '../../../firmware-bridge/simulators/stream-server.js';

const ROUND_MS = 200;
const COLD_MILLI_C = 5_000;

export interface Truck17 {
  readonly readerPort: string;
  readonly busPort: string;
  /** Tags that the reader has before it from now on, EPCs in hex. */
  show(...epcs: string[]): void;
  /** What the probe feels from now on, 0.001 degrees Celsius. */
  feel(temperatureMilliC: number): void;
  close(): Promise<void>;
}

export async function startTruck17(): Promise<Truck17> {
  let milliC = COLD_MILLI_C;
  const reader = new M100Simulator({ roundMs: ROUND_MS });
  const bus = new ModbusSimulator({
    probes: [{ unit: 1, profile: 'xy-md02', temperatureMilliC: () => milliC }],
  });
  const ports = await Promise.all([serveOverTcp(reader), serveOverTcp(bus)]);
  return {
    readerPort: ports[0].port,
    busPort: ports[1].port,
    show: (...epcs) => reader.setTags(epcs),
    feel: (temperatureMilliC) => {
      milliC = temperatureMilliC;
    },
    close: async () => {
      await Promise.all(ports.map((port) => port.close()));
    },
  };
}
