// One entry of `mqttIntake.sensors`: how the messages of a sensor are read, told apart by `mapping`.

import * as z from 'zod';
import { identifier, integer, list, matching, oneOf, says, section } from './fields.js';
import { mqttMappingNames, ownTimeUnits, valueUnits } from './names.js';

const topicAllowed =
  'an MQTT topic of 1 to 200 printable characters without + and #, not starting with / or $';
/** A plain topic name. */
export const topic = (example: string) =>
  matching(/^(?![/$])[^+#\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,200}$/u, topicAllowed, example);

const zigbeeSensor = section(
  {
    topic: topic('topic: zigbee2mqtt/fridge'),
    mapping: z.literal('zigbee2mqtt'),
    temperatureSensorId: identifier('temperatureSensorId: fridge').exactOptional(),
    humiditySensorId: identifier('humiditySensorId: fridge-rh').exactOptional(),
    doorSensorId: identifier('doorSensorId: rear-door').exactOptional(),
  },
  '- { topic: zigbee2mqtt/fridge, mapping: zigbee2mqtt, temperatureSensorId: fridge }',
);

const path = matching(
  /^\$(\.[A-Za-z0-9_-]{1,64}|\[[0-9]{1,3}\]){0,8}$/,
  'a path of at most 8 steps: $ then .name or [index]',
  "path: '$.temp'",
);

const numberValue = section(
  {
    sensorId: identifier('sensorId: door-probe'),
    path,
    unit: oneOf(valueUnits, 'unit: celsius'),
  },
  "- { sensorId: door-probe, path: '$.temp', unit: celsius }",
);

const stateText = (example: string) =>
  matching(/^[^\p{Cc}]{1,64}$/u, 'the text that the device writes, in quotes', example);

const doorValue = section(
  {
    sensorId: identifier('sensorId: rear-door'),
    path,
    unit: z.literal('open-closed'),
    open: stateText("open: 'true'"),
    closed: stateText("closed: 'false'"),
  },
  "- { sensorId: rear-door, path: '$.open', unit: open-closed, open: 'true', closed: 'false' }",
);

const genericValue = z.discriminatedUnion(
  'unit',
  [numberValue, doorValue],
  says(`a value with a unit, one of ${valueUnits.join(', ')}, open-closed`, 'unit: celsius'),
);

const valuesExample = "values: [ { sensorId: door-probe, path: '$.temp', unit: celsius } ]";

const values = list(genericValue, valuesExample).min(1, says('at least one value', valuesExample));

const ownTime = section(
  {
    path,
    unit: oneOf(ownTimeUnits, 'unit: iso8601'),
  },
  "time: { path: '$.measuredAt', unit: iso8601 }",
);

const genericSensor = section(
  {
    topic: topic('topic: sensors/door-probe'),
    mapping: z.literal('generic'),
    values,
    time: ownTime.exactOptional(),
  },
  `- { topic: sensors/door-probe, mapping: generic, ${valuesExample} }`,
);

const chirpstackTopic =
  'topic: application/0c9a1f6e-9d5b-4c1e-8a6f-1f7b2c3d4e5f/device/0101010101010101/event/up';
const chirpstackSensor = section(
  {
    topic: matching(
      /^application\/[A-Za-z0-9-]{1,64}\/device\/[0-9a-f]{16}\/event\/up$/,
      'application/ID/device/DEVEUI/event/up with the DevEUI in 16 lower-case hex digits',
      chirpstackTopic,
    ),
    mapping: z.literal('chirpstack'),
    fPort: integer({ min: 1, max: 255, unit: 'LoRaWAN port', example: 'fPort: 2' }).exactOptional(),
    values,
  },
  `- { ${chirpstackTopic}, mapping: chirpstack, ${valuesExample} }`,
);

const ids = {
  temperatureSensorId: identifier('temperatureSensorId: fridge').exactOptional(),
  humiditySensorId: identifier('humiditySensorId: fridge-rh').exactOptional(),
};
const probesExample = 'probes: [ { channel: 0, temperatureSensorId: fridge } ]';
const shellyProbe = section(
  {
    channel: integer({ min: 0, max: 999, unit: 'component number', example: 'channel: 0' }).exactOptional(),
    ...ids,
  },
  '- { channel: 0, temperatureSensorId: fridge }',
);
const shellyProbes = list(shellyProbe, probesExample).min(1, says('at least one probe', probesExample));

const shellySensor = section(
  { topic: topic('topic: shellyplus1-a8032ab12345'), mapping: z.literal('shelly'), probes: shellyProbes },
  `- { topic: shellyplus1-a8032ab12345, mapping: shelly, ${probesExample} }`,
);

const shellyGen1Sensor = section(
  {
    topic: topic('topic: shellies/shellyht-1234AB'),
    mapping: z.literal('shelly-gen1'),
    unit: oneOf(['celsius', 'fahrenheit'], 'unit: celsius'),
    probes: shellyProbes,
  },
  '- { topic: shellies/shellyht-1234AB, mapping: shelly-gen1, unit: celsius, probes: [ { temperatureSensorId: fridge } ] }',
);

const tasmotaExample = 'probes: [ { name: DS18B20, temperatureSensorId: fridge } ]';
const tasmotaSensor = section(
  {
    topic: topic('topic: tele/fridge'),
    mapping: z.literal('tasmota'),
    probes: list(
      section(
        {
          name: matching(
            /^[A-Za-z0-9_-]{1,64}$/,
            'a name of the SENSOR message, or an Id in it',
            'name: DS18B20',
          ),
          ...ids,
        },
        '- { name: DS18B20, temperatureSensorId: fridge }',
      ),
      tasmotaExample,
    ).min(1, says('at least one probe', tasmotaExample)),
  },
  `- { topic: tele/fridge, mapping: tasmota, ${tasmotaExample} }`,
);

const ruuviSensor = section(
  { topic: topic("topic: 'ruuvi/C8:25:2D:8E:9C:2C/CB:B8:33:4C:88:4F'"), mapping: z.literal('ruuvi'), ...ids },
  "- { topic: 'ruuvi/C8:25:2D:8E:9C:2C/CB:B8:33:4C:88:4F', mapping: ruuvi, temperatureSensorId: fridge }",
);

const tagReader = <Name extends 'zebra' | 'impinj'>(mapping: Name) =>
  section(
    {
      topic: topic('topic: readers/dock'),
      mapping: z.literal(mapping),
      readerId: identifier('readerId: dock-reader'),
    },
    `- { topic: readers/dock, mapping: ${mapping}, readerId: dock-reader }`,
  );

/** One entry of `mqttIntake.sensors`. */
export const sensorSchema = z.discriminatedUnion(
  'mapping',
  [
    zigbeeSensor,
    chirpstackSensor,
    shellySensor,
    shellyGen1Sensor,
    tasmotaSensor,
    ruuviSensor,
    tagReader('zebra'),
    tagReader('impinj'),
    genericSensor,
  ],
  says(`one of ${mqttMappingNames.join(', ')}`, 'mapping: generic'),
);
