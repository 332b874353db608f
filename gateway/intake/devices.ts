// From the configured devices to running drivers. A port that is missing is the driver's to wait for.

import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { DeviceConfig } from '../../config/schema.js';
import { startBoard } from '../../firmware-bridge/board/start-board.js';
import { startChafonReader } from '../../firmware-bridge/chafon/start-chafon-reader.js';
import { systemClock } from '../../firmware-bridge/clock.js';
import type { DeviceHandle } from '../../firmware-bridge/device.js';
import { startGpioDoor } from '../../firmware-bridge/gpio/start-gpio-door.js';
import { startGpsdClient } from '../../firmware-bridge/gpsd/start-gpsd-client.js';
import { startM100Reader } from '../../firmware-bridge/m100/start-m100-reader.js';
import { startMercuryReader } from '../../firmware-bridge/mercury/start-mercury-reader.js';
import { startModbusBus } from '../../firmware-bridge/modbus/start-modbus-bus.js';
import { startNmeaReceiver } from '../../firmware-bridge/nmea/start-nmea-receiver.js';
import type { DeviceCondition, Observation, ObservationSink } from '../../firmware-bridge/observation.js';
import { startOnewireBus } from '../../firmware-bridge/onewire/start-onewire-bus.js';
import { startR2000Reader } from '../../firmware-bridge/r2000/start-r2000-reader.js';
import { openTransport } from '../../firmware-bridge/transport/open-transport.js';
import { TAM1_CHALLENGE_BYTES } from '../authenticity/proof/tam1.js';
import { type DeviceFacts, DeviceMeter } from '../health/device-meter.js';

export interface DeviceDesk {
  readonly sink: ObservationSink;
  /** Readers stretch their windows while it is true; no port is ever paused. */
  readonly isBehind: () => boolean;
  /** Calibration offsets of before this start, by `sensorId register`. */
  readonly knownOffsets: ReadonlyMap<string, number>;
  readonly log: Logger;
}

function startDevice(device: DeviceConfig, desk: DeviceDesk, sink: ObservationSink): DeviceHandle {
  const common = { clock: systemClock, sink, isBehind: desk.isBehind };
  switch (device.type) {
    case 'm100':
      return startM100Reader({ ...device, ...common, open: openTransport(device.port, device) });
    case 'chafon':
      return startChafonReader({ ...device, ...common, open: openTransport(device.port, device) });
    case 'mercury': {
      const newChallenge = device.authenticate ? freshChallenge : undefined;
      return startMercuryReader({
        ...device,
        ...common,
        newChallenge,
        open: openTransport(device.port, device),
      });
    }
    case 'r2000':
      return startR2000Reader({ ...device, ...common, open: openTransport(device.port, device) });
    case 'modbus': {
      const { knownOffsets } = desk;
      const open = openTransport(device.port, device);
      return startModbusBus({ ...device, ...common, knownOffsets, open });
    }
    case 'onewire':
      return startOnewireBus({ ...device, ...common });
    case 'board':
      return startBoard({ ...device, ...common, open: openTransport(device.port, device) });
    case 'nmea':
      return startNmeaReceiver({ ...device, ...common, open: openTransport(device.port, device) });
    case 'gpsd':
      return startGpsdClient({ ...device, ...common, open: openTransport(device.port, unusedSpeed) });
    case 'gpio':
      return startGpioDoor({ ...device, ...common });
  }
}

/** Nobody who recorded a chip's answers has the one to this. */
const freshChallenge = () => randomBytes(TAM1_CHALLENGE_BYTES);

/** gpsd is behind TCP only. */
const unusedSpeed = { baudRate: 9600 };

/** Conditions that nobody need look at. */
const ordinary: ReadonlySet<DeviceCondition['condition']> = new Set([
  'opening',
  'settling',
  'identifying',
  'ready',
  'probe-reachable',
  'position-found',
]);

/** Starts all devices; what they say goes to the desk, their conditions also to the log. */
export function startDevices(devices: readonly DeviceConfig[], desk: DeviceDesk) {
  const spoken = (observation: Observation) => {
    if (observation.kind === 'device-condition') {
      const { deviceId, condition, reason } = observation;
      desk.log[ordinary.has(condition) ? 'info' : 'warn']({ deviceId, condition }, reason);
    }
    desk.sink(observation);
  };
  const started = devices.map((device) => {
    const meter = new DeviceMeter(systemClock.now().uptimeMs);
    const handle = startDevice(device, desk, (observation) => {
      meter.take(observation);
      spoken(observation);
    });
    return { handle, meter };
  });
  return {
    /** How each device is. */
    facts: (): DeviceFacts[] => {
      const now = systemClock.now();
      return started.map(({ handle, meter }) =>
        meter.read({ id: handle.id, state: handle.state(), counters: handle.counters() }, now),
      );
    },
    close: async () => {
      await Promise.all(started.map(({ handle }) => handle.close()));
    },
  };
}
