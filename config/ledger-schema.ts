// The `ledger` section: where signed batch headers are anchored, and which key pays for it.
// The paying key is never the device key; key-checks.ts refuses one file for both.

import * as z from 'zod';
import { defaults } from './defaults.js';
import { filePath, integer, isHttpUrl, matching, says, section } from './fields.js';

const rpcUrlError = says(
  'an http:// or https:// URL without user, password or fragment',
  'rpcUrl: http://127.0.0.1:8545',
);

/** The contract address is kept as written; its mixed-case checksum is not judged here. */
const contract = matching(
  /^0x(?!0{40}$)[0-9a-fA-F]{40}$/,
  '0x and 40 hexadecimal digits in quotes, not all zero',
  "contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3'",
);

export function ledgerSchema(folder: string) {
  return section(
    {
      rpcUrl: z.string(rpcUrlError).refine(isHttpUrl, rpcUrlError),
      chainId: integer({
        min: 1,
        max: Number.MAX_SAFE_INTEGER,
        unit: 'EIP-155 chain id',
        example: 'chainId: 31337',
      }),
      contract,
      payerKeyFile: filePath(folder, 'payerKeyFile: ./keys/payer-key.json').prefault(
        defaults.ledger.payerKeyFile,
      ),
      payerPassphraseFile: filePath(folder, 'payerPassphraseFile: ./keys/payer-passphrase').prefault(
        defaults.ledger.payerPassphraseFile,
      ),
      batchIntervalMs: integer({
        min: 1_000,
        max: 86_400_000,
        unit: 'milliseconds',
        example: 'batchIntervalMs: 60000',
      }).default(defaults.ledger.batchIntervalMs),
      pollIntervalMs: integer({
        min: 100,
        max: 600_000,
        unit: 'milliseconds',
        example: 'pollIntervalMs: 4000',
      }).default(defaults.ledger.pollIntervalMs),
    },
    "ledger: { rpcUrl: http://127.0.0.1:8545, chainId: 31337, contract: '0x...' }",
  );
}
