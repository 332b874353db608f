// Every name that readings can carry, with what it measures, collected from a file that may be half right.
// Devices and sensors share one space of names, because a device's condition is recorded under its name too.

import type { RawNode } from './raw-node.js';

export interface SensorName {
  readonly node: RawNode;
  readonly name: string;
  readonly measures: 'temperature' | 'humidity' | 'device';
}

export function sensorNames(root: RawNode): SensorName[] {
  const found: SensorName[] = [];
  const add = (node: RawNode, measures: SensorName['measures']) => {
    if (node.text !== undefined) found.push({ node, name: node.text, measures });
  };
  for (const device of root.entries('devices')) {
    add(device.child('id'), 'device');
    for (const probe of device.entries('probes')) {
      add(probe.child('sensorId'), 'temperature');
      add(probe.child('humiditySensorId'), 'humidity');
    }
  }
  for (const sensor of root.child('mqttIntake').entries('sensors')) {
    add(sensor.child('temperatureSensorId'), 'temperature');
    add(sensor.child('humiditySensorId'), 'humidity');
    for (const value of sensor.entries('values')) {
      add(value.child('sensorId'), value.child('unit').text === 'percent' ? 'humidity' : 'temperature');
    }
  }
  return found;
}
