// What Home Assistant must know to show a gateway without being configured: one retained MQTT device discovery message
// (Home Assistant 2024.11 and later), which points at the topics that are published anyway. Pure.
// A picture for people nearby, and no evidence: only the log proves anything.

import { identifierPattern } from '../../config/fields.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { HeardSensor } from './latest-readings.js';
import type { SideMessage } from './side-messages.js';
import type { GatewayTopics } from './topics.js';

export type SensorQuantity = 'temperature' | 'humidity' | 'door';

export interface ShownSensor {
  readonly name: string;
  readonly quantity: SensorQuantity;
  /** After so long without a reading it is shown as unavailable; absent: never. Seconds. */
  readonly expireAfterS?: number;
}

export interface ShownGateway {
  readonly name: string;
  readonly topics: GatewayTopics;
  readonly sensors: readonly ShownSensor[];
  /** Topic of a retained `{ "open": number }`; without it no alert is shown. */
  readonly openAlertsTopic?: string;
  /** Version of this program. */
  readonly version: string;
}

const quantityOf: ReadonlyMap<number, SensorQuantity> = new Map([
  [recordKinds.temperature, 'temperature'],
  [recordKinds.humidity, 'humidity'],
  [recordKinds.door, 'door'],
]);

/** The sensors that were heard of, as they are shown. */
export function shownSensors(heard: readonly HeardSensor[]): ShownSensor[] {
  return heard.flatMap(({ name, kind }) => {
    const quantity = quantityOf.get(kind);
    return quantity === undefined ? [] : [{ name, quantity }];
  });
}

type Component = Readonly<Record<string, unknown>>;

/**
 * Only a good reading is a value: 0 of a broken probe must not be shown as 0 degC. None is "unknown" to Home Assistant.
 * The kind is asked because the topic is of a name, and one name might measure two things.
 */
const ifGood = (quantity: SensorQuantity, value: string) =>
  `{{ (${value}) if value_json.kind == '${quantity}' and value_json.quality == 'good' else None }}`;

const quantities: Readonly<Record<SensorQuantity, Component>> = {
  temperature: {
    p: 'sensor',
    device_class: 'temperature',
    unit_of_measurement: '°C',
    state_class: 'measurement',
    suggested_display_precision: 1,
    value_template: ifGood('temperature', 'value_json.value / 1000'),
  },
  humidity: {
    p: 'sensor',
    device_class: 'humidity',
    unit_of_measurement: '%',
    state_class: 'measurement',
    suggested_display_precision: 1,
    value_template: ifGood('humidity', 'value_json.value / 1000'),
  },
  door: {
    p: 'binary_sensor',
    device_class: 'door',
    value_template: ifGood('door', "'ON' if value_json.value == 1 else 'OFF'"),
  },
};

/** Unambiguous: no quantity holds an underscore. */
const componentId = ({ name, quantity }: ShownSensor) => `${name}_${quantity}`;
const alertsId = 'alerts';

/** Unambiguous: no identifier holds a full stop. */
const idOf = (...parts: readonly string[]) => ['coldgate', ...parts].join('.');

const discoveryTopic = (gatewayName: string) => `homeassistant/device/coldgate_${gatewayName}/config`;

function sensorComponent({ name: gatewayName, topics }: ShownGateway, sensor: ShownSensor): Component {
  const { name, quantity, expireAfterS } = sensor;
  return {
    ...quantities[quantity],
    name: `${name} ${quantity}`,
    unique_id: idOf(gatewayName, name, quantity),
    state_topic: topics.sensor(name),
    // Quality, place in the log and time beside the value.
    json_attributes_topic: topics.sensor(name),
    ...(expireAfterS === undefined ? {} : { expire_after: expireAfterS }),
  };
}

function alertsComponent({ name, openAlertsTopic }: ShownGateway): Component {
  return {
    p: 'binary_sensor',
    device_class: 'problem',
    name: 'alerts',
    unique_id: idOf(name, 'alerts'),
    state_topic: openAlertsTopic,
    json_attributes_topic: openAlertsTopic,
    value_template: "{{ 'ON' if value_json.open > 0 else 'OFF' }}",
  };
}

/** Components of an earlier message that are there no more: what has only a platform is removed by Home Assistant. */
function removals(
  previous: string | undefined,
  present: ReadonlyMap<string, Component>,
): [string, Component][] {
  return Object.entries(componentsOf(previous)).flatMap(([id, component]): [string, Component][] => {
    const platform: unknown = Object(component).p;
    return present.has(id) || typeof platform !== 'string' ? [] : [[id, { p: platform }]];
  });
}

function componentsOf(payload: string | undefined): object {
  try {
    const { cmps } = JSON.parse(payload ?? '{}') as { readonly cmps?: unknown };
    return typeof cmps === 'object' && cmps !== null ? cmps : {};
  } catch {
    // Somebody else's message on the topic: nothing of ours is to be removed.
    return {};
  }
}

/**
 * The discovery message of a gateway. Sensors whose names are no identifiers are left out: they have no topic either.
 * @param previous payload that was published before: its sensors that are gone are removed from Home Assistant
 */
export function discoveryMessage(gateway: ShownGateway, previous?: string): SideMessage {
  const { name, topics, sensors, openAlertsTopic, version } = gateway;
  const components = new Map<string, Component>(
    sensors
      .filter((sensor) => identifierPattern.test(sensor.name))
      .map((sensor) => [componentId(sensor), sensorComponent(gateway, sensor)]),
  );
  if (openAlertsTopic !== undefined) components.set(alertsId, alertsComponent(gateway));
  const payload = {
    dev: { ids: [idOf(name)], name, mf: 'coldgate', mdl: 'cold-chain gateway', sw: version },
    o: { name: 'coldgate', sw: version },
    avty: [
      {
        topic: topics.status,
        value_template: "{{ 'online' if value_json.online else 'offline' }}",
      },
    ],
    qos: 1,
    cmps: Object.fromEntries([...components, ...removals(previous, components)]),
  };
  return { topic: discoveryTopic(name), payload: JSON.stringify(payload), isRetained: true };
}

/** Removes the gateway and all its sensors from Home Assistant. */
export function discoveryRemoval(gatewayName: string): SideMessage {
  return { topic: discoveryTopic(gatewayName), payload: '', isRetained: true };
}
