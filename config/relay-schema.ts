// The configuration of `coldgate relay`, a file of its own: the broker where a fleet's headers are, the ledger that they go
// to, and whom to serve. Secrets are named by file only.

import type * as z from 'zod';
import { brokerLogin, brokerUrl } from './broker-fields.js';
import { defaults } from './defaults.js';
import { filePath, integer, list, matching, oneOf, says, section } from './fields.js';
import { ledgerSchema } from './ledger-schema.js';
import { logLevels } from './names.js';

const ownNodeError = says(
  'rpcUrl or rpcUrls: the relay itself needs a node',
  'rpcUrl: http://127.0.0.1:8545',
);

/** Builds the schema for a file that lies in `folder`; relative paths come out absolute. */
export function relaySchema(folder: string) {
  return section(
    {
      dataDir: filePath(folder, 'dataDir: ./relay-data').prefault(defaults.relay.dataDir),
      broker: section(
        { url: brokerUrl(), ...brokerLogin(folder, 'relay', 'broker') },
        'broker: { url: mqtts://broker.example.org:8883 }',
      ),
      ledger: ledgerSchema(folder).refine(({ relay }) => !relay, { ...ownNodeError, path: ['relay'] }),
      gateways: list(
        matching(
          /^0x[0-9a-fA-F]{40}$/,
          '0x and 40 hexadecimal digits in quotes',
          "- '0x4a62316623ad457f02cdc5d997ded67a383ec569'",
        ),
        'gateways: []',
      ).prefault([]),
      mode: oneOf(['anchor', 'aggregate'], 'mode: anchor').default(defaults.relay.mode),
      maxHeaders: integer({ min: 1, max: 1_000, unit: 'headers', example: 'maxHeaders: 1000' }).default(
        defaults.relay.maxHeaders,
      ),
      log: section(
        { level: oneOf(logLevels, 'level: info').default(defaults.log.level) },
        'log: { level: info }',
      ).prefault({}),
    },
    'broker: { url: mqtts://broker.example.org:8883 }',
  );
}

export type RelayConfig = z.infer<ReturnType<typeof relaySchema>>;
