// The relay's configuration: read as strictly as the gateway's, every problem at once, with its own hints.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../config/config-error.js';
import { loadRelayConfig } from '../../config/load.js';

const folder = mkdtempSync(join(tmpdir(), 'coldgate-relay-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const whole = {
  broker: "broker: { url: 'mqtt://127.0.0.1:1883' }",
  ledger: `ledger: { rpcUrl: 'http://127.0.0.1:8545', chainId: 5, contract: '0x${'ab'.repeat(20)}' }`,
};

function load(...lines: readonly string[]) {
  const path = join(folder, 'relay.yaml');
  writeFileSync(path, lines.join('\n'));
  return loadRelayConfig(path);
}

function problemsOf(...lines: readonly string[]): string[] {
  try {
    load(...lines);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path }) => path);
  }
}

test('the least that is needed loads with every default, and paths are from the folder of the file', () => {
  expect(load(whole.broker, whole.ledger)).toMatchObject({
    dataDir: join(folder, 'relay-data'),
    mode: 'anchor',
    maxHeaders: 1000,
    gateways: [],
    ledger: { payerKeyFile: join(folder, 'keys/payer-key.json'), pollIntervalMs: 4000, finality: 'tags' },
  });
});

test('the example file loads', () => {
  const example = join(import.meta.dirname, '../../config/examples/relay.yaml');
  expect(load(readFileSync(example, 'utf8'))).toMatchObject({
    mode: 'anchor',
    ledger: { pollIntervalMs: 10_000 },
  });
});

describe('refused', () => {
  test.each([
    ['no broker', [whole.ledger], ['broker']],
    ['no ledger', [whole.broker], ['ledger']],
    ['a web address as broker', ["broker: { url: 'http://x' }", whole.ledger], ['broker.url']],
    ['an unknown mode', [whole.broker, whole.ledger, 'mode: both'], ['mode']],
    ['too many headers', [whole.broker, whole.ledger, 'maxHeaders: 1001'], ['maxHeaders']],
    ['a gateway that is no address', [whole.broker, whole.ledger, "gateways: ['truck-17']"], ['gateways[0]']],
    ['an unknown key', [whole.broker, whole.ledger, 'device: {}'], ['device']],
  ])('%s', (_, lines, paths) => expect(problemsOf(...lines)).toEqual(paths));

  test('a relay behind a relay', () => {
    const ledger = `ledger: { relay: true, chainId: 5, contract: '0x${'ab'.repeat(20)}' }`;
    expect(problemsOf(whole.broker, ledger)).toEqual(['ledger.relay']);
  });

  test('a file that is not there, with where to begin', () => {
    expect(() => loadRelayConfig(join(folder, 'none.yaml'))).toThrow(
      expect.objectContaining({ code: 'CONFIG_ABSENT', hint: expect.stringContaining('relay.yaml') }),
    );
  });
});
