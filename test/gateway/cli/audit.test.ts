// `coldgate audit` on a journal of the real writer: who did what, found by any of its marks, verified, and nothing
// written.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { registerAudit } from '../../../gateway/cli/audit-commands.js';
import { type ExitCode, exitCodes } from '../../../gateway/cli/cli-io.js';
import { reportError } from '../../../gateway/cli/error-report.js';
import type { DetailDocument, DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { TestLog } from '../test-log.js';
import { capturedIo } from './captured-io.js';

const START_MS = Date.parse('2026-03-01T08:00:00Z');
const MINUTE_MS = 60_000;
const gateway = `0x${Buffer.from(new TestLog('.').signer.address).toString('hex')}`;

const omar = { name: 'omar', printedName: 'Omar Haddad', role: 'operator' };
const dana = { name: 'dana', printedName: 'Dana Vos', role: 'quality', signature: { scheme: 'test' } };

function note(
  minute: number,
  kind: number,
  detail: DetailDocument | undefined,
  more: Partial<DraftRecord> = {},
) {
  return draftWith({ observedAtMs: START_MS + minute * MINUTE_MS, kind, detail, value: 0, ...more });
}

/** Sequences 0 to 12; 1, 2, 3 and 7 to 12 are the trail. */
const drafts: readonly DraftRecord[] = [
  ...readings(1),
  note(1, recordKinds.clockEvent, { type: 'clock-step', stepMs: -5000 }, { subjectName: 'clock' }),
  note(
    2,
    recordKinds.excursion,
    { type: 'excursion', event: 'opened', excursionId: 'E1' },
    { shipmentName: 'SHIP-1' },
  ),
  note(
    3,
    recordKinds.dataLoss,
    { type: 'data-loss', cause: 'store-behind', records: 9 },
    { subjectName: 'intake' },
  ),
  note(3, recordKinds.door, undefined, { subjectName: 'rear-door', value: 1 }),
  note(3, recordKinds.position, { type: 'position', latitudeDegE7: 1, longitudeDegE7: 2 }),
  note(3, recordKinds.timeBeacon, { type: 'time-beacon', sourceUnixMs: 5 }),
  note(
    4,
    recordKinds.operatorAction,
    { type: 'request-refused', code: 'NOT_ALLOWED', kind: 'alert.sign' },
    { subjectName: 'requests' },
  ),
  note(
    5,
    recordKinds.review,
    { type: 'alert-acknowledged', alert: 'E1', why: 'door is "shut" \u001b[2J', by: omar },
    { shipmentName: 'SHIP-1' },
  ),
  note(6, recordKinds.review, {
    type: 'alert-signed',
    alert: 'E1',
    evidence: { records: 1 },
    long: 'x'.repeat(400),
    meaning: 'approved',
    by: dana,
  }),
  note(
    7,
    recordKinds.configurationChange,
    { type: 'configuration', hash: 'ab' },
    { subjectName: 'configuration' },
  ),
  note(
    8,
    recordKinds.shipmentEvent,
    { type: 'shipment', event: 'shipment-armed', by: omar },
    { subjectName: 'SHIP-1', shipmentName: 'SHIP-1' },
  ),
  note(9, 77, undefined, { subjectName: 'of a later version' }),
];

function gatewayFolder(groups: readonly (readonly DraftRecord[])[] = [drafts.slice(0, 5), drafts.slice(5)]) {
  const folder = tempFolder();
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(
    config,
    'gateway: { name: truck-17 }\nmqttIntake: { listen: { port: 1883 } }\npublish: { brokers: [ { name: local, url: embedded } ] }\n',
  );
  mkdirSync(join(folder, 'data'));
  const log = new TestLog(join(folder, 'data')).open();
  for (const group of groups) log.writer.seal(requestOf(group));
  log.close();
  const run = async (...argv: string[]) => {
    const io = capturedIo();
    let exitCode: ExitCode = exitCodes.ok;
    const program = new Command('coldgate').exitOverride();
    registerAudit(program, async (task) => {
      exitCode = await task(io).catch((error: unknown) => reportError(error, io, false));
    });
    await program.parseAsync(['audit', '-c', config, ...argv], { from: 'user' });
    return { exitCode, out: io.outLines, err: io.errLines };
  };
  return { run, log, data: join(folder, 'data') };
}

interface Line {
  readonly entry?: { readonly sequence: number } & Record<string, unknown>;
  readonly broken?: { readonly firstSequence: number; readonly what: string };
  readonly summary?: Record<string, unknown>;
}

const parsed = (out: readonly string[]) => out.map((line) => JSON.parse(line) as Line);
const sequencesOf = (out: readonly string[]) =>
  parsed(out).flatMap(({ entry }) => (entry ? [entry.sequence] : []));

test('the trail tells when, what, about what, by whom and why, and that it was verified', async () => {
  const { exitCode, out } = await gatewayFolder().run();
  const time = (minute: number) => new Date(START_MS + minute * MINUTE_MS).toISOString();
  expect(exitCode).toBe(0);
  expect(out).toEqual([
    `${time(1)}  #1  clockEvent/clock-step  clock  stepMs=-5000`,
    `${time(2)}  #2  excursion  cargo-front  shipment SHIP-1  event=opened excursionId=E1`,
    `${time(3)}  #3  dataLoss/data-loss  intake  cause=store-behind records=9`,
    `${time(4)}  #7  operatorAction/request-refused  requests  code=NOT_ALLOWED kind=alert.sign`,
    `${time(5)}  #8  review/alert-acknowledged  cargo-front  shipment SHIP-1  by Omar Haddad (omar), operator  alert=E1 why="door is \\"shut\\" \\u001b[2J"`,
    `${time(6)}  #9  review/alert-signed  cargo-front  by Dana Vos (dana), quality, signed  alert=E1 evidence={"records":1} long=${'x'.repeat(295)}... meaning=approved`,
    `${time(7)}  #10  configurationChange/configuration  configuration  hash=ab`,
    `${time(8)}  #11  shipmentEvent/shipment  SHIP-1  shipment SHIP-1  by Omar Haddad (omar), operator  event=shipment-armed`,
    `${time(9)}  #12  kind-77  of a later version`,
    `VERIFIED: 9 entries of a log of gateway ${gateway}`,
    '  13 records lie under 2 checked signatures, the newest at 2023-11-14T22:15:23.456Z',
  ]);
});

describe('the trail is found by', () => {
  const filters: readonly (readonly [argv: readonly string[], sequences: readonly number[]])[] = [
    [
      ['--kind', 'review'],
      [8, 9],
    ],
    [
      ['--kind', 'alert-signed', '--kind', 'clockEvent'],
      [1, 9],
    ],
    [['--kind', 'door'], [4]],
    [['--kind', 'kind-77'], [12]],
    [['--kind', 'nothing-of-that-name'], []],
    [
      ['--actor', 'omar'],
      [8, 11],
    ],
    [['--actor', 'omar', '--kind', 'review'], [8]],
    [
      ['--shipment', 'SHIP-1'],
      [2, 8, 11],
    ],
    [['--subject', 'clock'], [1]],
    [
      ['--from', '2026-03-01T08:04:00Z', '--to', '2026-03-01T08:06:00Z'],
      [7, 8, 9],
    ],
    [
      ['--from', '2026-03-01T09:04:00+01:00', '--limit', '2'],
      [11, 12],
    ],
    [['--limit', '1'], [12]],
    [['--to', '2026-03-01'], []],
    [
      ['--limit', '10000'],
      [1, 2, 3, 7, 8, 9, 10, 11, 12],
    ],
    [['--gateway', gateway.toUpperCase().replace('X', 'x'), '--quick', '--kind', 'excursion'], [2]],
  ];
  test.each(filters)('%j', async (argv, sequences) => {
    const { exitCode, out } = await gatewayFolder().run('--json', ...argv);
    expect([exitCode, sequencesOf(out)]).toEqual([0, sequences]);
    expect(parsed(out).at(-1)?.summary).toMatchObject({
      isWhole: true,
      entries: argv.includes('--limit') ? expect.any(Number) : sequences.length,
    });
  });
});

test('a program gets each entry whole, and a summary behind them', async () => {
  const { out } = await gatewayFolder().run('--json', '--quick', '--kind', 'alert-signed');
  const [first, last] = parsed(out);
  expect(first?.entry).toEqual({
    ...{ sequence: 9, observedAt: '2026-03-01T08:06:00.000Z', kind: 'review', type: 'alert-signed' },
    ...{
      subject: 'cargo-front',
      subjectHash: expect.stringMatching(/^[0-9a-f]{32}$/),
      value: 0,
      quality: 'good',
    },
    by: { name: 'dana', printedName: 'Dana Vos', role: 'quality', isSigned: true },
    detail: { ...drafts[9]?.detail, salt: expect.stringMatching(/^[\w-]{22}$/) },
  });
  expect(last?.summary).toEqual({
    ...{ gateway, isWhole: true, entries: 1, missing: 0, broken: 0, gone: [], records: 13, signatures: 1 },
    newestCheckpointAt: '2023-11-14T22:15:23.456Z',
  });
});

test('what was erased is told, and is no fault of the log', async () => {
  const { run, log } = gatewayFolder();
  log.damage('UPDATE records SET detail = NULL');
  log.damage("DELETE FROM subjects WHERE name = 'clock'");
  const { exitCode, out } = await run();
  expect(exitCode).toBe(0);
  expect(out[0]).toMatch(/ {2}#1 {2}clockEvent {2}subject [0-9a-f]{32} {2}its detail is missing$/);
  expect(out.at(-1)).toBe('  8 details are missing: erased, which the log allows and still proves');
});

describe('one byte changed is exit code 1 and told at its place', () => {
  const changes: readonly (readonly [what: string, sql: string, line: RegExp, shown: readonly number[]])[] = [
    [
      'a detail',
      "UPDATE records SET detail = replace(detail, 'NOT_ALLOWED', 'NOT_ALLOWEE')",
      /^BROKEN {2}record 7: its detail is not what was signed$/,
      [1, 2, 3, 8, 9, 10, 11, 12],
    ],
    [
      'a record',
      "UPDATE records SET leaf = CAST(substr(leaf, 1, length(leaf) - 1) || x'00' AS BLOB) WHERE sequence = 8",
      /^BROKEN {2}records 5 to 12: they do not give the root in the checkpoint of size 13/,
      [1, 2, 3],
    ],
    [
      'a signature',
      "UPDATE records SET signature = CAST(x'00' || substr(signature, 2) AS BLOB) WHERE sequence = 4",
      /^BROKEN {2}records 0 to 4: the checkpoint of size 5 is not signed by this gateway$/,
      [1, 2, 3, 7, 8, 9, 10, 11, 12],
    ],
    [
      'a root',
      "UPDATE records SET root = CAST(x'00' || substr(root, 2) AS BLOB) WHERE sequence = 4",
      /^BROKEN {2}records 0 to 4: they do not give the root in the checkpoint of size 5/,
      [1, 2, 3, 7, 8, 9, 10, 11, 12],
    ],
  ];
  test.each(changes)('%s', async (_what, sql, line, shown) => {
    const { run, log } = gatewayFolder();
    log.damage(sql);
    const { exitCode, out } = await run();
    expect(exitCode).toBe(1);
    expect(out.filter((each) => each.startsWith('BROKEN'))).toEqual([expect.stringMatching(line)]);
    expect(out.find((each) => each.startsWith('NOT VERIFIED'))).toBeDefined();
    const json = await run('--json');
    expect(sequencesOf(json.out)).toEqual(shown);
    expect(parsed(json.out).filter(({ broken }) => broken)).toHaveLength(1);
    expect(parsed(json.out).at(-1)?.summary).toMatchObject({ isWhole: false, broken: 1 });
  });

  test('and where nothing more can be verified is said', async () => {
    const { run, log } = gatewayFolder();
    log.damage('DELETE FROM records WHERE sequence = 6');
    const { exitCode, out } = await run('--limit', '1');
    expect(exitCode).toBe(1);
    expect(out[0]).toBe('BROKEN  record 6: it is missing; record 7 stands in its place');
    expect(out.at(-1)).toBe('  from record 5 on nothing could be verified');
  });
});

test('nothing is written, whole or damaged as the log may be', async () => {
  const { run, log, data } = gatewayFolder();
  // A reader of SQLite may make an empty WAL, and an index of it in shared memory.
  const stored = () =>
    readdirSync(data)
      .filter((name) => !name.endsWith('-shm'))
      .map((name) => [name, readFileSync(join(data, name)).toString('base64')])
      .filter(([, bytes]) => bytes !== '');
  const before = stored();
  await run();
  expect(stored()).toEqual(before);
  log.damage('DELETE FROM records WHERE sequence = 6');
  const damaged = stored();
  await run('--json');
  expect(stored()).toEqual(damaged);
});

test('an empty log is verified', async () => {
  expect((await gatewayFolder([]).run()).out).toEqual([
    `VERIFIED: 0 entries of a log of gateway ${gateway}`,
    '  0 records lie under 0 checked signatures',
  ]);
});

test('the log of another gateway than expected is exit code 1', async () => {
  const { exitCode, out, err } = await gatewayFolder().run('--gateway', `0x${'ab'.repeat(20)}`);
  expect([exitCode, out]).toEqual([1, []]);
  expect(err[0]).toContain('[JOURNAL_OTHER_GATEWAY]');
});

test('a file that SQLite finds damaged is exit code 3', async () => {
  const { run, data } = gatewayFolder([readings(3000)]);
  const path = join(data, 'journal.db');
  const bytes = readFileSync(path);
  bytes.fill(0xff, 40_000, bytes.length - 4096);
  writeFileSync(path, bytes);
  const { exitCode, err } = await run();
  expect(exitCode).toBe(3);
  expect(err[0]).toContain('[JOURNAL_DAMAGED]');
});

test.each([
  ['--from', 'yesterday'],
  ['--to', '17'],
  ['--to', '2026-03-01T08:04:00'],
  ['--to', '2026-13-01'],
  ['--limit', '0'],
  ['--limit', '10001'],
  ['--limit', 'all'],
])('wrong use is exit code 2: %s %s', async (...argv) => {
  const { exitCode, out, err } = await gatewayFolder().run(...argv);
  expect([exitCode, out]).toEqual([2, []]);
  expect(err[0]).toContain('[WRONG_USE]');
});
