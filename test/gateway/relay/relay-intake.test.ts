// What a relay takes from a broker that anybody may write to: signed headers, each once, and no flood.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RelayDatabase } from '../../../gateway/relay/relay-database.js';
import { RelayIntake } from '../../../gateway/relay/relay-intake.js';
import { headOf } from '../../../ledger-sync/evidence/batch.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { tempFolder } from '../temp-folder.js';
import { domain, messageOf, signedHeader, signerOf } from './signed-header.js';

const LONG_MS = 60_000;

function openDatabase(folder = tempFolder()): RelayDatabase {
  const database = new RelayDatabase(join(folder, 'relay.db'));
  onTestFinished(() => database.close());
  return database;
}

function intakeOver(database: RelayDatabase, allowed: readonly string[] = []) {
  const told: [number, string][] = [];
  const intake = new RelayIntake({
    domain,
    database,
    allowed: new Set(allowed),
    onTaken: ({ seq }, taken) => told.push([seq, taken]),
  });
  return { intake, told };
}

const addressOf = (name: string) => signerOf(name).address;

test('a signed header is taken once, and is there after a restart', () => {
  const folder = tempFolder();
  const first = new RelayDatabase(join(folder, 'relay.db'));
  const { intake, told } = intakeOver(first);
  const header = signedHeader('truck');
  intake.offer('truck-17', messageOf(header));
  intake.offer('truck-17', messageOf(header));
  intake.work(LONG_MS);
  intake.offer('truck-17', messageOf(header));
  expect(intake.work(LONG_MS)).toBe(0);
  expect(told).toEqual([
    [1, 'new'],
    [1, 'known'],
  ]);
  first.close();
  const second = openDatabase(folder);
  const kept = second.headersAbove(addressOf('truck'), 0, 10);
  expect(kept.map(({ seq, head }) => [seq, toHex(head)])).toEqual([[1, toHex(headOf(header))]]);
  expect(second.nameOf(addressOf('truck'))).toBe('truck-17');
});

describe('what is no header of a gateway', () => {
  const header = signedHeader('truck');
  test.each([
    ['another chain', messageOf(header, { chainId: 1 })],
    ['another contract', messageOf(header, { contract: `0x${'dd'.repeat(20)}` })],
    ['another version', messageOf(header, { version: 2 })],
    ['no signature', messageOf(header, { signature: undefined })],
    ['a short root', messageOf(header, { root: 'ab' })],
    ['no JSON', new TextEncoder().encode('header')],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe)],
    ['deep JSON', new TextEncoder().encode(`${'['.repeat(2000)}${']'.repeat(2000)}`)],
    ['too much', messageOf(header, { padding: 'x'.repeat(5000) })],
    ['nothing', new Uint8Array(0)],
  ])('%s is dropped and counted', (_, payload) => {
    const { intake } = intakeOver(openDatabase());
    intake.offer('truck-17', payload);
    expect(intake).toMatchObject({ dropped: 1, waiting: 0 });
  });

  test.each([
    ['another key', { gateway: `0x${toHex(addressOf('thief'))}` }],
    ['another root', { root: '00'.repeat(32) }],
    ['another meta', { meta: `0000${'01'.repeat(30)}` }],
    ['an impossible meta', { meta: 'ff'.repeat(32) }],
    ['an impossible signature', { signature: 'ff'.repeat(64) }],
  ])('%s under the signature is forged', (_, change) => {
    const database = openDatabase();
    const { intake } = intakeOver(database);
    intake.offer('truck-17', messageOf(header, change));
    intake.work(LONG_MS);
    expect(intake.forged).toBe(1);
    expect(database.gateways()).toEqual([]);
  });

  test('a key that the contract of a relay cannot check is refused, however well it signs', () => {
    const element = new SoftwareSigner(new Uint8Array(32).fill(3), 'P-256');
    const database = openDatabase();
    const { intake } = intakeOver(database);
    intake.offer('truck-17', messageOf(signedHeader('', undefined, '', element)));
    intake.work(LONG_MS);
    expect(intake.forged).toBe(1);
    expect(database.gateways()).toEqual([]);
  });

  test('a gateway that is not on the list is not served', () => {
    const { intake } = intakeOver(openDatabase(), [`0x${toHex(addressOf('other'))}`]);
    intake.offer('truck-17', messageOf(header));
    expect(intake.dropped).toBe(1);
  });

  test('no message whatever ends the intake', () => {
    const { intake } = intakeOver(openDatabase());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (payload) => {
          intake.offer('truck-17', payload);
          intake.work(1);
        },
      ),
    );
  });
});

test('two headers of one sequence are both kept, and nothing of that gateway is anchored any more', () => {
  const folder = tempFolder();
  const database = openDatabase(folder);
  const { intake, told } = intakeOver(database);
  const first = signedHeader('truck');
  intake.offer('a', messageOf(first));
  intake.offer('b', messageOf(signedHeader('other truck')));
  intake.offer('a', messageOf(signedHeader('truck', undefined, 'another history')));
  intake.offer('a', messageOf(signedHeader('truck', first)));
  intake.work(LONG_MS);
  expect(told.map(([, taken]) => taken).sort()).toEqual(['contradiction', 'new', 'new', 'new']);
  expect(database.contradicting().map(toHex)).toEqual([toHex(addressOf('truck'))]);
  expect(database.gateways().map(toHex)).toEqual([toHex(addressOf('other truck'))]);
});

test('a flood under one name holds up no other name, and is bounded', () => {
  const { intake, told } = intakeOver(openDatabase());
  const junk = messageOf(signedHeader('truck'), { gateway: `0x${toHex(addressOf('thief'))}` });
  for (let count = 0; count < 5000; count += 1) intake.offer('flood', junk);
  expect(intake.waiting).toBe(128);
  for (const name of ['a', 'b', 'c']) intake.offer(name, messageOf(signedHeader(name)));
  // One of the flood, then each of the others.
  for (let rounds = 0; rounds < 4 && told.length < 3; rounds += 1) while (intake.work(1) === 0) {}
  let checks = 0;
  while (told.length < 3 && checks < 20) checks += intake.work(1);
  expect(told).toHaveLength(3);
  expect(intake.waiting).toBeGreaterThan(100);
});

test('a work period is bounded in time and goes on where it stopped', () => {
  const { intake } = intakeOver(openDatabase());
  let before: ReturnType<typeof signedHeader> | undefined;
  for (let count = 0; count < 40; count += 1) {
    before = signedHeader('truck', before);
    intake.offer('a', messageOf(before));
  }
  let checked = 0;
  let periods = 0;
  while (intake.waiting > 0) {
    checked += intake.work(1);
    periods += 1;
  }
  expect(checked).toBe(40);
  expect(periods).toBeGreaterThan(1);
});
