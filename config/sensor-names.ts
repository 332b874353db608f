// Every name that readings can carry, with what it measures, collected from a file that may be half right.
// Devices and sensors share one space of names, because a device's condition is recorded under its name too.

import { RawNode } from './raw-node.js';

export interface SensorName {
  readonly node: RawNode;
  readonly name: string;
  readonly measures: 'temperature' | 'humidity' | 'door' | 'device';
}

/** What a board's channel may measure. */
const quantities = ['temperature', 'humidity', 'door'] as const;

export function sensorNames(root: RawNode): SensorName[] {
  const found: SensorName[] = [];
  const add = (node: RawNode, measures: SensorName['measures']) => {
    if (node.text !== undefined) found.push({ node, name: node.text, measures });
  };
  for (const device of root.entries('devices')) {
    add(device.child('id'), 'device');
    if (device.child('type').text === 'gpio') add(device.child('sensorId'), 'door');
    for (const probe of device.entries('probes')) {
      add(probe.child('sensorId'), 'temperature');
      add(probe.child('humiditySensorId'), 'humidity');
    }
    for (const channel of device.entries('channels')) {
      const quantity = quantities.find((known) => known === channel.child('quantity').text);
      add(channel.child('sensorId'), quantity ?? 'temperature');
    }
  }
  for (const sensor of root.child('mqttIntake').entries('sensors')) {
    add(sensor.child('readerId'), 'device');
    add(sensor.child('doorSensorId'), 'door');
    for (const probe of [sensor, ...sensor.entries('probes')]) {
      add(probe.child('temperatureSensorId'), 'temperature');
      add(probe.child('humiditySensorId'), 'humidity');
    }
    for (const value of sensor.entries('values')) {
      add(value.child('sensorId'), quantityOf(value.child('unit').text));
    }
  }
  return found;
}

/** The temperature probes of a configuration. */
export function temperatureProbes(config: unknown): string[] {
  return sensorNames(new RawNode(config)).flatMap(({ name, measures }) =>
    measures === 'temperature' ? [name] : [],
  );
}

function quantityOf(unit: string | undefined): SensorName['measures'] {
  if (unit === 'open-closed') return 'door';
  return unit === 'percent' ? 'humidity' : 'temperature';
}
