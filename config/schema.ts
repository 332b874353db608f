// The whole configuration: one strict schema, and the type that the rest of the gateway is written against.
// Secrets are named by file only. Shape and ranges are here; rules that span entries are in cross-checks.ts.

import type * as z from 'zod';
import { authenticitySchema } from './authenticity-schema.js';
import { commandsSchema } from './command-schema.js';
import { consoleSchema } from './console-schema.js';
import { defaults } from './defaults.js';
import { devicesSchema } from './device-schema.js';
import { epcisSchema } from './epcis-schema.js';
import {
  calibrationsSchema,
  contactsSchema,
  excursionSchema,
  sensorChecksSchema,
} from './excursion-schema.js';
import { filePath, flag, identifier, integer, list, oneOf, section } from './fields.js';
import { fleetSchema } from './fleet-schema.js';
import { ledgerSchema } from './ledger-schema.js';
import { CONFIG_VERSION } from './migration.js';
import { mqttIntakeSchema } from './mqtt-schema.js';
import { clockTrustModes, logLevels } from './names.js';
import { publishSchema } from './publish-schema.js';
import { retentionSchema } from './retention-schema.js';
import { sparkplugSchema } from './sparkplug-schema.js';
import { updateSchema } from './update-schema.js';
import { webhooksSchema } from './webhook-schema.js';

function gatewaySchema(folder: string) {
  return section(
    {
      name: identifier('name: truck-17'),
      dataDir: filePath(folder, 'dataDir: ./data').prefault(defaults.gateway.dataDir),
      diskEnduranceTerabytes: integer({
        min: 1,
        max: 100_000,
        unit: 'terabytes written (TBW)',
        example: 'diskEnduranceTerabytes: 30',
      }).exactOptional(),
      keyFile: filePath(folder, 'keyFile: ./keys/device-key.json').prefault(defaults.gateway.keyFile),
      passphraseFile: filePath(folder, 'passphraseFile: ./keys/passphrase').prefault(
        defaults.gateway.passphraseFile,
      ),
    },
    'gateway: { name: truck-17 }',
  );
}

/**
 * Builds the schema for a file that lies in `folder`; relative paths come out absolute.
 * Unknown keys are refused at every level and all defaults are applied.
 */
export function configSchema(folder: string) {
  return section(
    {
      version: integer({ min: 1, max: CONFIG_VERSION, unit: 'version', example: 'version: 1' }).default(
        CONFIG_VERSION,
      ),
      gateway: gatewaySchema(folder),
      commit: section(
        {
          windowMs: integer({
            min: 0,
            max: 60_000,
            unit: 'milliseconds',
            example: 'windowMs: 1000',
          }).default(defaults.commit.windowMs),
          sightingWindowMs: integer({
            min: 0,
            max: 60_000,
            unit: 'milliseconds',
            example: 'sightingWindowMs: 10000',
          }).default(defaults.commit.sightingWindowMs),
        },
        'commit: { windowMs: 1000 }',
      ).prefault({}),
      clock: section(
        {
          trust: oneOf(clockTrustModes, 'trust: auto').default(defaults.clock.trust),
          gnss: flag('gnss: true').default(defaults.clock.gnss),
          synchronisedFile: filePath(folder, 'synchronisedFile: /run/time-is-right').default(
            defaults.clock.synchronisedFile,
          ),
        },
        'clock: { trust: auto }',
      ).prefault({}),
      shipment: section({ id: identifier('id: SHIP-0001') }, 'shipment: { id: SHIP-0001 }').exactOptional(),
      devices: devicesSchema.prefault([]),
      mqttIntake: mqttIntakeSchema(folder).exactOptional(),
      publish: publishSchema(folder).prefault({}),
      retention: retentionSchema.prefault({}),
      update: updateSchema.prefault({}),
      commands: commandsSchema.prefault([]),
      fleet: fleetSchema(folder).exactOptional(),
      webhooks: webhooksSchema(folder).prefault([]),
      sparkplug: sparkplugSchema(folder).exactOptional(),
      epcis: epcisSchema(folder).exactOptional(),
      console: consoleSchema(folder).exactOptional(),
      excursions: list(excursionSchema(folder), 'excursions: []').prefault([]),
      calibrations: calibrationsSchema(folder).prefault([]),
      contacts: contactsSchema.prefault([]),
      sensorChecks: sensorChecksSchema.prefault([]),
      ledger: ledgerSchema(folder).exactOptional(),
      authenticity: authenticitySchema(folder).exactOptional(),
      log: section(
        { level: oneOf(logLevels, 'level: info').default(defaults.log.level) },
        'log: { level: info }',
      ).prefault({}),
    },
    'gateway: { name: truck-17 }',
  );
}

/** The configuration as the gateway sees it: complete, checked, with absolute paths. */
export type Config = z.infer<ReturnType<typeof configSchema>>;
export type DeviceConfig = Config['devices'][number];
export type ModbusDeviceConfig = Extract<DeviceConfig, { type: 'modbus' }>;
export type MqttIntakeConfig = NonNullable<Config['mqttIntake']>;
export type WebhookConfig = Config['webhooks'][number];
export type BrokerConfig = Config['publish']['brokers'][number];
export type LedgerConfig = NonNullable<Config['ledger']>;
