// From the configured devices to running drivers. A port that is missing is the driver's to wait for.

import type { Logger } from 'pino';
import type { DeviceConfig } from '../../config/schema.js';
import { systemClock } from '../../firmware-bridge/clock.js';
import type { DeviceHandle } from '../../firmware-bridge/device.js';
import { startM100Reader } from '../../firmware-bridge/m100/start-m100-reader.js';
import { startModbusBus } from '../../firmware-bridge/modbus/start-modbus-bus.js';
import type { Observation, ObservationSink } from '../../firmware-bridge/observation.js';
import { openTransport } from '../../firmware-bridge/transport/open-transport.js';

function startDevice(device: DeviceConfig, sink: ObservationSink): DeviceHandle {
  if (device.type === 'm100') {
    const { id, port, baudRate, region, txPowerCentiDbm, mergeWindowMs } = device;
    const open = openTransport(port, { baudRate });
    return startM100Reader({ id, open, clock: systemClock, region, txPowerCentiDbm, mergeWindowMs, sink });
  }
  const { id, port, baudRate, parity, cadenceMs, replyTimeoutMs, probes } = device;
  const open = openTransport(port, { baudRate, parity });
  return startModbusBus({ id, open, clock: systemClock, cadenceMs, replyTimeoutMs, probes, sink });
}

/** Starts all devices; what they say goes to `sink`, their conditions also to the log. */
export function startDevices(devices: readonly DeviceConfig[], sink: ObservationSink, log: Logger) {
  const spoken = (observation: Observation) => {
    if (observation.kind === 'device-condition') {
      const { deviceId, condition, reason } = observation;
      log[condition === 'ready' || condition === 'probe-reachable' ? 'info' : 'warn'](
        { deviceId, condition },
        reason,
      );
    }
    sink(observation);
  };
  const handles = devices.map((device) => startDevice(device, spoken));
  return {
    close: async () => {
      await Promise.all(handles.map((handle) => handle.close()));
    },
  };
}
