// The ledger section: one endpoint or several, and limits that hold where none are written.
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../config/config-error.js';
import { parseConfig } from '../../config/load.js';

const contract = "contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3'";
const one = 'https://one.example/v3/key';
const two = 'https://two.example';

function ledgerOf(text: string) {
  return parseConfig(
    `gateway: { name: a }\nledger: { chainId: 1, ${contract}, ${text} }`,
    '/etc/coldgate/c.yaml',
  ).ledger;
}

function refusalOf(text: string): readonly string[] {
  try {
    ledgerOf(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('endpoints', () => {
  test('one URL is a list of one', () => {
    expect(ledgerOf(`rpcUrl: '${one}'`)).toMatchObject({ rpcUrl: one, rpcUrls: [one] });
  });

  test('the first of a list stands for it where one is asked for', () => {
    expect(ledgerOf(`rpcUrls: ['${one}', '${two}']`)).toMatchObject({ rpcUrl: one, rpcUrls: [one, two] });
  });

  test.each([
    ['no endpoint', 'pollIntervalMs: 4000', ['ledger.rpcUrl']],
    ['both forms', `rpcUrl: '${one}', rpcUrls: ['${two}']`, ['ledger.rpcUrl']],
    ['an empty list', 'rpcUrls: []', ['ledger.rpcUrls']],
    [
      'one endpoint twice, which would outvote the others',
      `rpcUrls: ['${one}', '${one}']`,
      ['ledger.rpcUrls'],
    ],
    ['a password in a URL', "rpcUrls: ['https://bob:pw@one.example']", ['ledger.rpcUrls[0]']],
    [
      'nine endpoints',
      `rpcUrls: [${Array.from({ length: 9 }, (_, at) => `'${one}${at}'`)}]`,
      ['ledger.rpcUrls'],
    ],
  ])('%s is refused', (_, text, paths) => {
    expect(refusalOf(text)).toEqual(paths);
  });
});

describe('limits', () => {
  test('there are limits where none are written', () => {
    expect(ledgerOf(`rpcUrl: '${one}'`)).toMatchObject({
      maxGasPriceGwei: 500,
      maxHeaderCostGwei: 50_000_000,
      maxDayCostGwei: 1_000_000_000,
      lowBalanceDays: 7,
      heartbeatIntervalMs: 3_600_000,
      finality: 'tags',
    });
  });

  test.each(['maxGasPriceGwei: 0', 'maxDayCostGwei: 1.5', 'maxHeaderCostGwei: -1', 'lowBalanceDays: 0'])(
    '%s is no limit',
    (text) => {
      expect(refusalOf(`rpcUrl: '${one}', ${text}`)).toEqual([`ledger.${text.split(':')[0]}`]);
    },
  );
});
