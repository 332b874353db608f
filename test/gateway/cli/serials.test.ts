// The serials commands against a real chain: a lot from its file to a duplicate, a recall and a snapshot.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { addressOf } from '../../../ledger-sync/evidence/signature.js';
import { openSnapshot } from '../../../ledger-sync/serials/snapshot.js';
import { type Anvil, anvilKeys, startAnvil } from '../../ledger-sync/anvil.js';
import { capturedIo } from './captured-io.js';

const folder = mkdtempSync(join(tmpdir(), 'coldgate-serials-'));
const file = (name: string) => join(folder, name);
const keys = { admin: anvilKeys[0], maker: anvilKeys[1], pharmacy: `0x${'71'.repeat(32)}` };
const addressOfRole = (who: keyof typeof keys) => `0x${toHex(addressOf(fromHex(keys[who])))}`;

let anvil: Anvil;
let contract: string;

async function run(...argv: readonly string[]) {
  const io = capturedIo();
  const code = await runProgram(argv, io);
  const text = io.outLines.join('\n');
  const json = text.startsWith('{') ? JSON.parse(text) : undefined;
  return { code, text, err: io.errLines.join('\n'), json };
}

const at = () => ['--rpc', anvil.url, '--contract', contract];
const as = (who: string) => ['--key', file(`${who}-key.json`), '--passphrase', file(`${who}-passphrase`)];

async function makeKey(who: keyof typeof keys): Promise<void> {
  writeFileSync(file(`${who}.hex`), `${keys[who]}\n`);
  const options = ['--passphrase', file(`${who}-passphrase`), '--import', file(`${who}.hex`)];
  expect(await run('ledger', 'key', file(`${who}-key.json`), ...options)).toMatchObject({ code: 0 });
}

const card = (serial: string) =>
  run(
    ...['serials', 'card', file('lot.json'), '--serial', serial, '--maker', addressOfRole('maker')],
    ...['--contract', contract, '--chain-id', '31337', '-o', file(`card-${serial}.json`)],
  );

beforeAll(async () => {
  anvil = await startAnvil();
  for (const who of ['admin', 'maker', 'pharmacy'] as const) await makeKey(who);
  const deployed = await run(
    ...['ledger', 'deploy', '--contract', 'serials', '--rpc', anvil.url, ...as('admin'), '--json'],
  );
  contract = deployed.json.contract;
  for (const who of ['maker', 'pharmacy'] as const) {
    const appointed = await run('serials', 'appoint', who, addressOfRole(who), ...at(), ...as('admin'));
    expect(appointed).toMatchObject({ code: 0, text: expect.stringContaining(`is ${who}`) });
  }
  writeFileSync(file('serials.txt'), '1001,E2801160600002055555aaaa\n1002\n1003\n1004\n');
  const lot = await run(
    ...['serials', 'lot', '--gtin', '09521234543213', '--lot', 'LOT7', '--expiry', '2029-12-31'],
    ...['--serials', file('serials.txt'), '-o', file('lot.json')],
  );
  expect(lot).toMatchObject({ code: 0, text: expect.stringContaining('4 packs') });
  const key = await run(
    ...['serials', 'key', file('lot.json'), '--maker', addressOfRole('maker'), '-o', file('lot-key.json')],
  );
  expect(key.code).toBe(0);
}, 60_000);
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('files', () => {
  test('what holds a secret is for its owner alone, and is never overwritten', async () => {
    expect(statSync(file('lot.json')).mode & 0o777).toBe(0o600);
    expect(statSync(file('lot-key.json')).mode & 0o777).toBe(0o600);
    const again = await run(
      ...['serials', 'key', file('lot.json'), '--maker', addressOfRole('maker'), '-o', file('lot-key.json')],
    );
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('WOULD_OVERWRITE') });
  });

  test('the key file holds neither a serial nor the secret', () => {
    const text = readFileSync(file('lot-key.json'), 'utf8');
    const lot = JSON.parse(readFileSync(file('lot.json'), 'utf8'));
    expect(text).not.toContain(lot.secret);
    for (const { serial } of lot.packs) expect(text).not.toContain(`"${serial}"`);
  });

  test('serials that were given in a row do not lie in that row, but in the same groups of 256', async () => {
    const given = Array.from({ length: 300 }, (_, index) => String(50_000 + index));
    writeFileSync(file('row.txt'), given.join('\n'));
    const options = ['--gtin', '09521234543213', '--lot', 'ROW', '--expiry', '2029-12-31'];
    const made = await run(
      'serials',
      'lot',
      ...options,
      '--serials',
      file('row.txt'),
      '-o',
      file('row.json'),
    );
    expect(made.code).toBe(0);
    const { packs } = JSON.parse(readFileSync(file('row.json'), 'utf8'));
    const lain = packs.map(({ serial }: { serial: string }) => serial);
    for (const [begin, end] of [
      [0, 256],
      [256, 300],
    ]) {
      const group = lain.slice(begin, end);
      expect(group).not.toEqual(given.slice(begin, end));
      expect(group.toSorted()).toEqual(given.slice(begin, end));
    }
  });

  test.each([
    ['a serial that stands twice', '1001\n1001\n', '09521234543213', 'twice'],
    ['no serial', '\n', '09521234543213', 'packs'],
    ['a GTIN of 13 digits', '1001\n', '9521234543213', 'gtin'],
  ])('%s makes no lot', async (_what, serials, gtin, word) => {
    writeFileSync(file('bad.txt'), serials);
    const options = ['--gtin', gtin, '--lot', 'L', '--expiry', '2029-12-31', '--serials', file('bad.txt')];
    const made = await run('serials', 'lot', ...options, '-o', file('bad.json'));
    expect(made).toMatchObject({ code: 3, err: expect.stringContaining(word) });
    expect(made.err).toContain('SERIALS_FILE_INVALID');
  });
});

test('a lot goes from its file to the ledger, and a pack from genuine to dispensed to a duplicate', async () => {
  expect(await card('1001')).toMatchObject({ code: 0 });
  const ask = () => run('serials', 'verify', file('card-1001.json'), '--rpc', anvil.url, '--json');
  expect(await ask()).toMatchObject({ code: 1, json: { verdict: 'unknown' } });
  const status = () => run('serials', 'status', file('lot-key.json'), ...at());
  expect(await status()).toMatchObject({ code: 1, text: expect.stringContaining('UNKNOWN') });

  const commissioned = await run('serials', 'commission', file('lot.json'), ...at(), ...as('maker'));
  expect(commissioned).toMatchObject({ code: 0, text: expect.stringContaining('4 packs') });
  expect(await ask()).toMatchObject({ code: 0, json: { verdict: 'genuine', serial: '1001' } });
  expect(await status()).toMatchObject({
    code: 0,
    text: expect.stringContaining('4 packs, not called back'),
  });

  const label = (text: string) =>
    run('serials', 'verify', file('card-1001.json'), '--rpc', anvil.url, '--label', text);
  expect(await label('(01)09521234543213(21)1001')).toMatchObject({ code: 0 });
  const other = await label('(01)09521234543213(21)1002');
  expect(other).toMatchObject({ code: 1, text: expect.stringContaining('serial on the pack is 1002') });

  // The pharmacy signs without any money; the admin carries it.
  const signed = await run(
    ...['serials', 'dispense', file('card-1001.json'), '--place', 'till 3', ...at(), ...as('pharmacy')],
    ...['--sign', file('dispense.json')],
  );
  expect(signed.code).toBe(0);
  const sent = await run('serials', 'send', file('dispense.json'), '--rpc', anvil.url, ...as('admin'));
  expect(sent).toMatchObject({ code: 0 });
  expect(await ask()).toMatchObject({ code: 1, json: { verdict: 'dispensed' } });
  const again = await run('serials', 'send', file('dispense.json'), '--rpc', anvil.url, ...as('admin'));
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('AlreadyRecorded') });

  const second = await run(
    ...['serials', 'dispense', file('card-1001.json'), '--place', 'elsewhere', ...at(), ...as('pharmacy')],
    ...['--sign', file('second.json')],
  );
  expect(second.code).toBe(0);
  const duplicate = await run(
    ...['serials', 'send', file('second.json'), '--rpc', anvil.url, ...as('admin'), '--json'],
  );
  expect(duplicate).toMatchObject({ code: 1, json: { isDuplicate: true } });
}, 60_000);

test('a recall is one command, and lifted by another', async () => {
  await card('1002');
  const ask = () => run('serials', 'verify', file('card-1002.json'), '--rpc', anvil.url);
  const recall = (...more: string[]) =>
    run('serials', 'recall', file('lot-key.json'), '--reason', 'sterility', ...at(), ...as('maker'), ...more);
  expect(await recall()).toMatchObject({
    code: 0,
    text: expect.stringContaining('is called back from block'),
  });
  expect(await ask()).toMatchObject({ code: 1, text: expect.stringContaining('RECALLED') });
  expect(await recall()).toMatchObject({ code: 1, err: expect.stringContaining('NothingToChange') });
  expect(await recall('--lift')).toMatchObject({ code: 0 });
  expect(await ask()).toMatchObject({ code: 0 });
  const stranger = await run(
    ...['serials', 'recall', file('lot-key.json'), '--reason', 'x', ...at(), ...as('pharmacy')],
  );
  expect(stranger.code).not.toBe(0);
}, 60_000);

test('a recall whose reason names the lot or the product is refused, since everybody would read it', async () => {
  const { gtin, lot } = JSON.parse(readFileSync(file('lot-key.json'), 'utf8'));
  for (const told of [`sterility of ${lot}`, `${lot.toLowerCase()}: sterility`, gtin, gtin.slice(1)]) {
    const refused = await run(
      ...['serials', 'recall', file('lot-key.json'), '--reason', told, ...at(), ...as('maker')],
    );
    expect(refused, told).toMatchObject({ code: 2, err: expect.stringContaining('the reason names') });
  }
}, 60_000);

test('a decommissioned pack is told', async () => {
  await card('1003');
  const serial = ['--serial', '1003'];
  const out = await run('serials', 'decommission', file('lot.json'), ...serial, ...at(), ...as('maker'));
  expect(out).toMatchObject({ code: 0 });
  const asked = await run('serials', 'verify', file('card-1003.json'), '--rpc', anvil.url);
  expect(asked).toMatchObject({ code: 1, text: expect.stringContaining('DECOMMISSIONED') });
}, 60_000);

test('a snapshot says what the ledger says, and names no serial, lot or product', async () => {
  const output = file('snapshot.json');
  const made = await run('serials', 'snapshot', file('lot.json'), ...at(), ...as('maker'), '-o', output);
  expect(made).toMatchObject({ code: 0, text: expect.stringContaining('4 packs') });
  const text = readFileSync(output, 'utf8');
  for (const word of ['1001', '1002', 'LOT7', '09521234543213', '9521234543213']) {
    expect(text.replace(/"(signature|lot|root|publisher|maker|contract)":"[^"]*"/g, '')).not.toContain(
      `"${word}`,
    );
    expect(text).not.toContain(`"${word}"`);
  }
  const domain = { chainId: 31337, verifyingContract: fromHex(contract) };
  const snapshot = openSnapshot(text, [addressOfRole('maker')], domain);
  const { packs } = JSON.parse(readFileSync(file('lot.json'), 'utf8'));
  const bitOf = (serial: string) => {
    const place = packs.findIndex((pack: { readonly serial: string }) => pack.serial === serial);
    return Buffer.of(1 << place).toString('base64url');
  };
  const [dispensed, decommissioned] = [bitOf('1001'), bitOf('1003')];
  expect(snapshot.lots).toMatchObject([{ size: 4, recalls: 0, dispensed, decommissioned }]);
}, 60_000);

test('a lot that is not on the ledger gets into no snapshot', async () => {
  const lot = JSON.parse(readFileSync(file('lot.json'), 'utf8'));
  writeFileSync(file('other.json'), JSON.stringify({ ...lot, lot: 'LOT8' }));
  const made = await run(
    ...['serials', 'snapshot', file('other.json'), ...at(), ...as('maker'), '-o', file('x.json')],
  );
  expect(made).toMatchObject({ code: 1, err: expect.stringContaining('has nothing') });
}, 60_000);
