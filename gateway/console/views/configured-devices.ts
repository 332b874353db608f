// Devices and sensors as the configuration has them: what hangs where. Pure.

import type { Config, DeviceConfig } from '../../../config/schema.js';

export interface ConfiguredSensor {
  readonly sensorId: string;
  readonly quantity: 'temperature' | 'humidity' | 'door' | 'position' | 'tags';
  /** Unit, channel, ROM id, line or topic. */
  readonly at: string | null;
  readonly model: string | null;
}

export interface ConfiguredDevice {
  readonly id: string;
  readonly type: string;
  readonly port: string | null;
  readonly sensors: readonly ConfiguredSensor[];
}

const sensor = (
  sensorId: string | undefined,
  quantity: ConfiguredSensor['quantity'],
  at: string | null = null,
  model: string | null = null,
): ConfiguredSensor[] => (sensorId === undefined ? [] : [{ sensorId, quantity, at, model }]);

function sensorsOf(device: DeviceConfig): ConfiguredSensor[] {
  switch (device.type) {
    case 'modbus':
      return device.probes.flatMap(({ sensorId, humiditySensorId, unit, channel, profile }) => {
        const at = channel === undefined ? `unit ${unit}` : `unit ${unit}, channel ${channel}`;
        return [
          ...sensor(sensorId, 'temperature', at, profile),
          ...sensor(humiditySensorId, 'humidity', at, profile),
        ];
      });
    case 'onewire':
      return device.probes.flatMap(({ sensorId, romId }) =>
        sensor(sensorId, 'temperature', romId, 'DS18B20'),
      );
    case 'board':
      return device.channels.flatMap(({ sensorId, channel, quantity }) =>
        sensor(sensorId, quantity, `channel ${channel}`),
      );
    case 'nmea':
    case 'gpsd':
      return sensor(device.id, 'position');
    case 'gpio':
      return sensor(device.sensorId, 'door', `${device.chip} line ${device.line}`);
    default:
      return sensor(device.id, 'tags');
  }
}

interface MqttProbe {
  readonly temperatureSensorId?: string;
  readonly humiditySensorId?: string;
}

/** An entry of any mapping: each has some of these. */
interface MqttSensor extends MqttProbe {
  readonly topic: string;
  readonly mapping: string;
  readonly readerId?: string;
  readonly doorSensorId?: string;
  readonly probes?: readonly MqttProbe[];
  readonly values?: readonly { readonly sensorId: string; readonly unit: string }[];
}

const quantityOf = (unit: string) =>
  unit === 'open-closed'
    ? ('door' as const)
    : unit === 'percent'
      ? ('humidity' as const)
      : ('temperature' as const);

function mqttSensors(entry: MqttSensor): ConfiguredSensor[] {
  const { topic, mapping } = entry;
  return [
    ...sensor(entry.readerId, 'tags', topic, mapping),
    ...sensor(entry.doorSensorId, 'door', topic, mapping),
    ...[entry, ...(entry.probes ?? [])].flatMap(({ temperatureSensorId, humiditySensorId }) => [
      ...sensor(temperatureSensorId, 'temperature', topic, mapping),
      ...sensor(humiditySensorId, 'humidity', topic, mapping),
    ]),
    ...(entry.values ?? []).flatMap(({ sensorId, unit }) =>
      sensor(sensorId, quantityOf(unit), topic, mapping),
    ),
  ];
}

/** All of them; the sensors of the embedded broker hang at it. */
export function configuredDevices(config: Config): ConfiguredDevice[] {
  const devices = config.devices.map((device) => ({
    ...{ id: device.id, type: device.type, sensors: sensorsOf(device) },
    port: 'port' in device ? device.port : device.type === 'onewire' ? device.directory : null,
  }));
  if (!config.mqttIntake) return devices;
  const { listen, sensors } = config.mqttIntake;
  const broker = { id: 'mqtt', type: 'mqtt', port: `${listen.host}:${listen.port}` };
  return [...devices, { ...broker, sensors: (sensors as readonly MqttSensor[]).flatMap(mqttSensors) }];
}
