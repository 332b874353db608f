// Which topics a sensor speaks on: the one place that says so, for the broker's rights and for the mapping.

import type { SensorMapping, ShellyGen1Mapping, ShellyMapping } from './mapping.js';

/** Every topic whose messages `mapMessage` can turn into observations of this sensor. */
export function topicsOfSensor(mapping: SensorMapping): readonly string[] {
  const { topic } = mapping;
  switch (mapping.mapping) {
    case 'zigbee2mqtt':
      return [topic, `${topic}/availability`];
    case 'tasmota':
      return [`${topic}/SENSOR`, `${topic}/LWT`];
    case 'shelly':
      return [`${topic}/online`, `${topic}/events/rpc`, ...shellyTopics(mapping).keys()];
    case 'shelly-gen1':
      return [`${topic}/online`, ...shellyGen1Topics(mapping).keys()];
    default:
      return [topic];
  }
}

/**
 * First levels on which the device also talks to others about itself: discovery, command results.
 * Nothing there is a reading.
 */
export function chatterLevelsOf(mapping: SensorMapping): readonly string[] {
  const own = mapping.topic.split('/')[0] ?? '';
  switch (mapping.mapping) {
    case 'tasmota':
      return [own, 'stat', 'cmnd', 'tasmota'];
    case 'zigbee2mqtt':
      return [own, 'homeassistant'];
    default:
      return [own];
  }
}

export interface TopicValue {
  readonly sensorId: string;
  readonly quantity: 'temperature' | 'humidity';
  /** A probe on a wire, of an add-on. */
  readonly isExternal: boolean;
}

/** Components of a Gen2 add-on are counted from here. */
const firstAddOnChannel = 100;

/** Gen2 and later: one topic per component. */
export function shellyTopics({ topic, probes }: ShellyMapping): ReadonlyMap<string, TopicValue> {
  return topicTable(
    probes,
    (quantity, channel = 0) => `${topic}/status/${quantity}:${channel}`,
    (channel = 0) => channel >= firstAddOnChannel,
  );
}

/** Gen1: one topic per value; an external probe has a number. */
export function shellyGen1Topics({ topic, probes }: ShellyGen1Mapping): ReadonlyMap<string, TopicValue> {
  return topicTable(
    probes,
    (quantity, channel) =>
      channel === undefined ? `${topic}/sensor/${quantity}` : `${topic}/ext_${quantity}/${channel}`,
    (channel) => channel !== undefined,
  );
}

function topicTable(
  probes: ShellyMapping['probes'],
  topicOf: (quantity: TopicValue['quantity'], channel: number | undefined) => string,
  isExternal: (channel: number | undefined) => boolean,
): ReadonlyMap<string, TopicValue> {
  const table = new Map<string, TopicValue>();
  for (const { channel, temperatureSensorId, humiditySensorId } of probes) {
    const add = (quantity: TopicValue['quantity'], sensorId: string | undefined) => {
      if (sensorId === undefined) return;
      table.set(topicOf(quantity, channel), { sensorId, quantity, isExternal: isExternal(channel) });
    };
    add('temperature', temperatureSensorId);
    add('humidity', humiditySensorId);
  }
  return table;
}
