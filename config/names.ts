// The closed lists of names that a configuration may use: Modbus profiles, MQTT mappings, units, regions.
// This folder imports nothing of firmware-bridge, so the lists are written down again here;
// test/config/names.test.ts fails when the two disagree. What a profile does on the wire is not here.

/** What a Modbus model offers, as far as a configuration must know it. */
interface ProfileTraits {
  /** Has a relative humidity register, so `humiditySensorId` makes sense. */
  readonly hasHumidity: boolean;
  /** Probe inputs on one unit; above 1 a probe must say its `channel`. */
  readonly channels: number;
}

/** Modbus temperature transmitters by the name used in `probes[].profile`. */
export const modbusProfiles = {
  'xy-md02': { hasHumidity: true, channels: 1 },
  'md02-x100': { hasHumidity: true, channels: 1 },
  shtc3: { hasHumidity: true, channels: 1 },
  eid041: { hasHumidity: true, channels: 1 },
  'rs485-th': { hasHumidity: true, channels: 1 },
  r4dcb08: { hasHumidity: false, channels: 8 },
  'mb8art-x10': { hasHumidity: false, channels: 8 },
  'mb8art-x100': { hasHumidity: false, channels: 8 },
  'comwintop-8pt1000': { hasHumidity: false, channels: 8 },
  mb4pt100: { hasHumidity: false, channels: 4 },
} as const satisfies Record<string, ProfileTraits>;

export type ModbusProfileName = keyof typeof modbusProfiles;

export const modbusProfileNames = Object.keys(modbusProfiles) as [ModbusProfileName, ...ModbusProfileName[]];

/** Finds a profile's traits for a name that may be anything. */
export function profileTraits(name: unknown): ProfileTraits | undefined {
  return modbusProfileNames.find((known) => known === name)
    ? modbusProfiles[name as ModbusProfileName]
    : undefined;
}

/** How the payload of an MQTT sensor message is read. */
export const mqttMappingNames = [
  'zigbee2mqtt',
  'chirpstack',
  'shelly',
  'shelly-gen1',
  'tasmota',
  'ruuvi',
  'zebra',
  'impinj',
  'generic',
] as const;

/** Units of a number in a generic MQTT payload. All but `percent` are temperatures. */
export const valueUnits = [
  'celsius',
  'fahrenheit',
  'kelvin',
  'deci-celsius',
  'centi-celsius',
  'milli-celsius',
  'percent',
] as const;

/** Regulatory regions of the M100 reader family (command 07). */
export const readerRegions = ['eu', 'us', 'cn900', 'cn800', 'kr'] as const;

/** Models of the Chafon family: the older ones tell no signal strength. */
export const chafonModels = ['uhfreader18', 'uhfreader288'] as const;

/** Regulatory regions of the Mercury protocol (command 97). */
export const mercuryRegions = [
  'us',
  'eu',
  'kr',
  'in',
  'jp',
  'cn',
  'eu2',
  'eu3',
  'kr2',
  'cn2',
  'au',
  'nz',
  'us2',
  'us3',
  'is',
  'my',
  'id',
  'ph',
  'tw',
  'mo',
  'ru',
  'sg',
  'jp2',
  'jp3',
  'vn',
  'th',
  'ar',
  'hk',
  'bd',
  'eu4',
  'is2',
  'us4',
  'open',
] as const;

/** Resistor that the machine puts at a GPIO line. */
export const gpioBiases = ['pull-up', 'pull-down', 'disabled'] as const;

/** How a board of one's own writes its frames. */
export const boardFormats = ['cobs', 'json-lines'] as const;

/** What a channel of such a board measures. */
export const boardQuantities = ['temperature', 'humidity', 'door'] as const;

/** Serial speeds that the devices and the usual USB adapters share, bits per second. */
export const baudRates = [1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200, 230400] as const;

/** How a message says when it was measured. */
export const ownTimeUnits = ['iso8601', 'unix-s', 'unix-ms'] as const;

/** What it means when a contact is open. */
export const contactMeanings = ['door', 'defrost'] as const;

export const parities = ['none', 'even', 'odd'] as const;
export const clockTrustModes = ['auto', 'synchronised', 'unsynchronised'] as const;
export const messageEncodings = ['json', 'cbor'] as const;
export const commandNames = [
  'status',
  'diagnostics',
  'rebirth',
  'acknowledge',
  'shipment-create',
  'shipment-arm',
  'shipment-deliver',
  'configuration-preview',
  'configuration-apply',
] as const;
export const mqttVersions = ['3.1.1', '5'] as const;
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
