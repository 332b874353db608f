// `coldgate shipment`, through the arguments a person types, in front of a gateway role that decides at once.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../config/config-error.js';
import { type ExitCode, exitCodes } from '../../../gateway/cli/cli-io.js';
import { reportError } from '../../../gateway/cli/error-report.js';
import type { ShipmentCommandParts } from '../../../gateway/cli/shipment-command.js';
import { shipmentRegistration } from '../../../gateway/cli/shipment-commands.js';
import { RequestError } from '../../../gateway/requests/request-error.js';
import { driver, reviewer, ShipmentOffice, vaccines } from '../shipments/shipment-office.js';
import { tempFolder } from '../temp-folder.js';
import { capturedIo } from './captured-io.js';

const people = new Map([
  ['dana', reviewer],
  ['omar', driver],
]);

/** The commands, the office that they ask, and what they asked of it. */
function desk() {
  const office = new ShipmentOffice();
  const asked: { configFile: string; kind: string }[] = [];
  const profiles: string[] = [];
  const partsOf = async (options?: { as?: string }): Promise<ShipmentCommandParts> => ({
    submit: async (configFile, kind, document) => {
      asked.push({ configFile, kind });
      const outcome = office.ask(kind.replace('shipment.', ''), document, people.get(options?.as ?? 'omar'));
      if (!outcome.ok) throw new RequestError(outcome.code, outcome.reason, outcome.hint);
      return { ...outcome.answer, sequence: asked.length };
    },
    readState: () => office.state,
    loadProfile: (nameOrFile) => {
      profiles.push(nameOrFile);
      if (nameOrFile !== 'none') return vaccines;
      throw new ConfigError('CONFIG_ABSENT', 'there is no profile none', 'coldgate profile list');
    },
  });
  const run = async (...argv: string[]) => {
    const io = capturedIo();
    let exitCode: ExitCode = exitCodes.ok;
    const program = new Command('coldgate')
      .exitOverride()
      .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
    shipmentRegistration(partsOf)(program, async (task) => {
      exitCode = await task(io).catch((error: unknown) => reportError(error, io, false));
    });
    for (const command of program.commands.flatMap((each) => each.commands)) command.exitOverride();
    await program.parseAsync(['shipment', ...argv], { from: 'user' });
    return { exitCode, out: io.outLines, err: io.errLines };
  };
  return { run, office, asked, profiles };
}

const parties = ['--consignor', 'Example Pharma', '--consignee', 'City Hospital', '--carrier', 'Cold Lines'];
const byOptions = [
  'create',
  '--id',
  'S1',
  '--profile',
  'vaccines',
  '--probe',
  'front',
  '--probe',
  'rear',
  ...parties,
];

const file = `
id: S1
profile: ./profiles/vaccines.yaml
probes: [front]
consignor: Example Pharma
consignee: City Hospital
carrier: Cold Lines
label: (00)106141412345678908(4331)002500(4333)000200
`;

function written(content: string): string {
  const path = join(tempFolder(), 'pallet-7.yaml');
  writeFileSync(path, content);
  return path;
}

test('from creation to the end, each step tells the way and its record', async () => {
  const { run, asked } = desk();
  const told: string[] = [];
  const steps = [
    byOptions,
    ['arm', 'S1'],
    ['depart', 'S1'],
    ['deliver', 'S1'],
    ['review', 'S1', '--as', 'dana'],
    ['release', 'S1', '--as', 'dana', '--reason', 'no excursion'],
    ['close', 'S1', '--as', 'dana', '-c', '/etc/coldgate.yaml'],
  ];
  for (const step of steps) {
    const { exitCode, out, err } = await run(...step);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: [] });
    told.push(out[0] ?? '');
  }
  expect(told).toEqual([
    'shipment S1 is draft, record 1',
    'shipment S1: draft -> armed, record 2',
    'shipment S1: armed -> in-transit, record 3',
    'shipment S1: in-transit -> delivered, record 4',
    'shipment S1: delivered -> under-review, record 5',
    'shipment S1: under-review -> released, record 6',
    'shipment S1: released -> closed, record 7',
  ]);
  expect(asked.at(-1)).toEqual({ configFile: '/etc/coldgate.yaml', kind: 'shipment.close' });
});

test('a step out of order is exit code 1, with what is possible', async () => {
  const { run } = desk();
  await run(...byOptions);
  expect(await run('deliver', 'S1')).toEqual({
    exitCode: 1,
    out: [],
    err: [
      'coldgate: shipment S1 is draft; deliver is not possible from there [STEP_OUT_OF_ORDER]',
      '  hint: possible now: arm',
    ],
  });
});

test('a file with a label that tells another range asks for two persons, who settle it', async () => {
  const { run } = desk();
  const created = await run('create', written(file));
  expect(created.out.slice(2)).toEqual([
    'the papers tell different transport temperatures; two persons must confirm which holds:',
    '  coldgate shipment show S1',
    '  coldgate shipment confirm-range S1 --range label|order',
  ]);
  expect((await run('arm', 'S1')).exitCode).toBe(1);
  const first = await run('confirm-range', 'S1', '--range', 'label', '--as', 'omar');
  expect(first.out[1]).toBe('another person must confirm it too, one of the two of quality');
  expect((await run('show', 'S1')).out).toContain(
    'papers      order 2 to 8 degC, label 2 to 25 degC: two persons must confirm which holds',
  );
  const second = await run('confirm-range', 'S1', '--range', 'label', '--as', 'dana', '--json');
  expect(JSON.parse(second.out[0] ?? '')).toMatchObject({
    isSettled: true,
    holds: { lowMilliC: 2000, highMilliC: 25_000 },
  });
  expect((await run('arm', 'S1')).exitCode).toBe(0);
});

describe('how a shipment is told', () => {
  test('a path of a profile starts at the folder of the shipment file', async () => {
    const { run, profiles } = desk();
    const path = written(file);
    await run('create', path);
    await run(...byOptions);
    expect(profiles).toEqual([join(path, '..', 'profiles/vaccines.yaml'), 'vaccines']);
  });

  test('products, tags and limits can be told by options', async () => {
    const { run, office } = desk();
    const more = ['--product', '09521141123454:LOT-7A', '--tag', '106141412345678908'];
    const { exitCode } = await run(...byOptions, ...more, '--low-milli-c', '-2000', '--high-milli-c', '8000');
    expect(exitCode).toBe(0);
    expect(JSON.parse(office.state.get('shipment/S1') ?? '')).toMatchObject({
      probes: ['front', 'rear'],
      tags: ['106141412345678908'],
      products: [{ gtin: '09521141123454', lot: 'LOT-7A' }],
      dispute: { order: { lowMilliC: -2000, highMilliC: 8000 } },
    });
  });

  test.each([
    [
      'twice, by a file and by options',
      [...byOptions, 'pallet-7.yaml'],
      'the shipment is told twice [WRONG_USE]',
    ],
    ['a product without a lot', [...byOptions, '--product', '09521141123454'], 'is no GTIN:LOT [WRONG_USE]'],
    [
      'a limit that is no number',
      [...byOptions, '--low-milli-c', '2C'],
      'the options: 1 problem [CONFIG_INVALID]',
    ],
    ['nothing at all', ['create'], 'the options: 6 problems [CONFIG_INVALID]'],
    ['a file that is not there', ['create', 'absent.yaml'], 'absent.yaml does not exist [CONFIG_ABSENT]'],
    [
      'a profile that is not there',
      [...byOptions, '--profile', 'none'],
      'there is no profile none [CONFIG_ABSENT]',
    ],
  ])('%s: exit code 2, and nothing is asked of the gateway', async (_what, argv, message) => {
    const { run, asked } = desk();
    const { exitCode, err } = await run(...argv);
    expect(exitCode).toBe(2);
    expect(err[0]).toContain(message);
    expect(asked).toEqual([]);
  });
});

describe('show and list', () => {
  test('one screen tells where a shipment stands and how it came there', async () => {
    const { run } = desk();
    await run(...byOptions, '--product', '09521141123454:LOT-7A');
    await run('arm', 'S1');
    expect(await run('show', 'S1')).toEqual({
      exitCode: 0,
      err: [],
      out: [
        'shipment    S1: armed',
        `profile     vaccines 3, sha-256 ${vaccines.hash}`,
        'range       2 to 8 degC',
        'probes      front, rear',
        'product     GTIN 09521141123454, lot LOT-7A',
        'consignor   Example Pharma',
        'consignee   City Hospital',
        'carrier     Cold Lines',
        '2026-11-23T08:00:00.000Z  draft by omar',
        '2026-11-23T08:00:00.000Z  armed by omar',
      ],
    });
    const { out } = await run('show', 'S1', '--json');
    expect(JSON.parse(out.join('\n'))).toMatchObject({ id: 'S1', state: 'armed', probes: ['front', 'rear'] });
  });

  test('a shipment that is not there is exit code 1', async () => {
    const { exitCode, err } = await desk().run('show', 'S1');
    expect({ exitCode, first: err[0] }).toEqual({
      exitCode: 1,
      first: 'coldgate: there is no shipment "S1" [SHIPMENT_UNKNOWN]',
    });
  });

  test('the list has one line for each, and a JSON array for a program', async () => {
    const { run } = desk();
    expect((await run('list')).out).toEqual(['no shipments yet']);
    expect((await run('list', '--json')).out).toEqual(['[]']);
    await run(...byOptions);
    expect((await run('list')).out).toEqual(['S1  draft  vaccines 3  probes front, rear']);
  });
});

test.each(['release', 'reject'])('%s wants a reason before it asks anybody', async (step) => {
  const { run, asked } = desk();
  await expect(run(step, 'S1')).rejects.toMatchObject({ code: 'commander.missingMandatoryOptionValue' });
  expect(asked).toEqual([]);
});

test('every command has a help with an example', () => {
  const names = [
    'create',
    'confirm-range',
    'arm',
    'depart',
    'deliver',
    'review',
    'release',
    'reject',
    'close',
    'show',
    'list',
  ];
  for (const name of names) {
    const io = capturedIo();
    const program = new Command('coldgate').configureOutput({ writeOut: (text) => io.out(text) });
    shipmentRegistration(() => Promise.reject(new Error('help needs nothing')))(program, async () => {});
    program.commands[0]?.commands.find((each) => each.name() === name)?.outputHelp();
    expect(io.outLines.join('\n')).toContain(`Examples:\n  coldgate shipment ${name}`);
  }
});
