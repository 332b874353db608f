// The simulated truck: a UHF reader that speaks the M100 protocol and a Modbus probe bus, both as bytes on a tty
// (socat) or a TCP port, and two sensors that publish JSON over MQTT. The gateway cannot tell the difference.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { M100Simulator } from '../../firmware-bridge/simulators/m100-simulator.js';
import { ModbusSimulator } from '../../firmware-bridge/simulators/modbus-simulator.js';
import type { SimulatedDevice } from '../../firmware-bridge/simulators/simulated-device.js';
import {
  type SimulatedPort,
  serveOverTcp,
  serveOverTty,
} from '../../firmware-bridge/simulators/stream-server.js';

/** SSCC-96 and SGTIN-96 tags on board (GS1 Tag Data Standard examples). */
const EPCS = ['3114257bf40c0e5a00000000', '30751feb705c5904e3d50d70', '3034257bf7194e4000001a85'];
const SENSOR_INTERVAL_MS = 2000;
const WARM_MILLI_C = 11_500;
/** When the doors stand open, ms after the start, and again each period. */
const DOOR_OPENS_MS = 10_000;
const DOOR_CLOSES_MS = 20_000;
const PERIOD_MS = 90_000;

/** Temperature near the rear doors: about 5 degC, and above 8 while the doors stand open. */
function rearMilliC(sinceStartMs: number): number {
  const inPeriod = sinceStartMs % PERIOD_MS;
  const isOpen = inPeriod >= DOOR_OPENS_MS && inPeriod < DOOR_CLOSES_MS;
  return isOpen ? WARM_MILLI_C : cargoMilliC(sinceStartMs);
}

function cargoMilliC(sinceStartMs: number): number {
  return Math.round(5000 + 400 * Math.sin(sinceStartMs / 9000));
}

export interface Truck {
  readonly readerPort: string;
  readonly busPort: string;
  /** How the bytes travel, for people. */
  readonly medium: string;
  /** Starts the MQTT sensors once the gateway's broker listens. */
  startSensors(brokerUrl: string): void;
  close(): Promise<void>;
}

function publishForEver(url: string, topic: string, payload: () => object): MqttClient {
  const client = mqtt.connect(url, { reconnectPeriod: 500, queueQoSZero: false });
  client.on('error', () => {});
  const timer = setInterval(() => {
    if (client.connected) client.publish(topic, JSON.stringify(payload()), { qos: 1 });
  }, SENSOR_INTERVAL_MS);
  client.once('end', () => clearInterval(timer));
  return client;
}

/** Puts the virtual devices on their ports. */
export async function startTruck(folder: string): Promise<Truck> {
  const startedMs = performance.now();
  const sinceStartMs = () => performance.now() - startedMs;
  const reader = new M100Simulator({ epcs: EPCS, roundMs: 400 });
  const bus = new ModbusSimulator({
    probes: [
      {
        unit: 1,
        profile: 'xy-md02',
        temperatureMilliC: () => cargoMilliC(sinceStartMs()),
        humidityMilliPercent: () => 54_600,
      },
      { unit: 2, profile: 'r4dcb08', temperatureMilliC: () => rearMilliC(sinceStartMs()) },
    ],
  });
  const hasSocat = spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0;
  const serve = (device: SimulatedDevice, name: string): Promise<SimulatedPort> => {
    if (!hasSocat) return serveOverTcp(device);
    const link = join(folder, name);
    rmSync(link, { force: true });
    return serveOverTty(device, link);
  };
  const ports = await Promise.all([serve(reader, 'tty-reader'), serve(bus, 'tty-bus')]);
  const clients: MqttClient[] = [];
  return {
    readerPort: ports[0].port,
    busPort: ports[1].port,
    medium: hasSocat ? 'ptys through socat' : 'TCP loopback (socat is not installed)',
    startSensors: (url) => {
      clients.push(
        publishForEver(url, 'zigbee2mqtt/fridge', () => ({
          temperature: cargoMilliC(sinceStartMs()) / 1000,
          humidity: 48.2,
          battery: 97,
        })),
        publishForEver(url, 'sensors/pallet', () => ({
          probe: { celsius: cargoMilliC(sinceStartMs() + 4000) / 1000 },
        })),
      );
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      await Promise.all(ports.map((port) => port.close()));
    },
  };
}
