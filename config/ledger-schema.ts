// The `ledger` section: where signed batch headers are anchored, and which key pays for it.
// The paying key is never the device key; key-checks.ts refuses one file for both.

import * as z from 'zod';
import { defaults } from './defaults.js';
import { address, filePath, flag, integer, isHttpUrl, oneOf, says, section } from './fields.js';

const maxEndpoints = 8;
const rpcUrlError = says(
  'an http:// or https:// URL without user, password or fragment',
  'rpcUrl: http://127.0.0.1:8545',
);

const contract = address("contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3'");

const rpcUrlsError = says(
  `one to ${maxEndpoints} different URLs; two must agree where there are three or more`,
  'rpcUrls: [https://one.example/rpc, https://two.example/rpc, https://three.example/rpc]',
);
const oneFormError = says('one of rpcUrl, rpcUrls and relay: true', 'rpcUrl: http://127.0.0.1:8545');

const gwei = (name: string, example: number) =>
  integer({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    unit: 'gwei, 10^-9 of the coin of the chain',
    example: `${name}: ${example}`,
  });

const rpcUrl = () => z.string(rpcUrlError).refine(isHttpUrl, rpcUrlError);

function ledgerFields(folder: string) {
  return section(
    {
      rpcUrl: rpcUrl().exactOptional(),
      rpcUrls: z
        .array(rpcUrl(), rpcUrlsError)
        .min(1, rpcUrlsError)
        .max(maxEndpoints, rpcUrlsError)
        .refine((urls) => new Set(urls).size === urls.length, rpcUrlsError)
        .exactOptional(),
      relay: flag('relay: true').default(defaults.ledger.relay),
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
      heartbeatIntervalMs: integer({
        min: 60_000,
        max: 2_592_000_000,
        unit: 'milliseconds',
        example: 'heartbeatIntervalMs: 3600000',
      }).default(defaults.ledger.heartbeatIntervalMs),
      finality: oneOf(['tags', 'immediate'], 'finality: tags').default(defaults.ledger.finality),
      maxGasPriceGwei: gwei('maxGasPriceGwei', 500).default(defaults.ledger.maxGasPriceGwei),
      maxHeaderCostGwei: gwei('maxHeaderCostGwei', 50_000_000).default(defaults.ledger.maxHeaderCostGwei),
      maxDayCostGwei: gwei('maxDayCostGwei', 1_000_000_000).default(defaults.ledger.maxDayCostGwei),
      lowBalanceDays: integer({ min: 1, max: 366, unit: 'days', example: 'lowBalanceDays: 7' }).default(
        defaults.ledger.lowBalanceDays,
      ),
    },
    "ledger: { rpcUrl: http://127.0.0.1:8545, chainId: 31337, contract: '0x...' }",
  );
}

/** Either form of the endpoints becomes both: the list, and its first entry by itself. With a relay there is none. */
export function ledgerSchema(folder: string) {
  return ledgerFields(folder)
    .refine(
      ({ rpcUrl, rpcUrls, relay }) =>
        [rpcUrl !== undefined, rpcUrls !== undefined, relay].filter(Boolean).length === 1,
      { ...oneFormError, path: ['rpcUrl'] },
    )
    .transform(({ rpcUrl, rpcUrls, ...rest }) => {
      const urls = rpcUrls ?? (rpcUrl === undefined ? [] : [rpcUrl]);
      return { ...rest, rpcUrl: urls[0] ?? '', rpcUrls: urls };
    });
}
