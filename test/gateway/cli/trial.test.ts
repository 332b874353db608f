// `coldgate trial` in front of gateways that decide at once: from kit numbers to an audit file that a stranger checks.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ExitCode, exitCodes } from '../../../gateway/cli/cli-io.js';
import { reportError } from '../../../gateway/cli/error-report.js';
import { trialRegistration } from '../../../gateway/cli/trial-commands.js';
import { RequestError } from '../../../gateway/requests/request-error.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { parseKitList } from '../../../gateway/trials/kit-number.js';
import { orderOf } from '../shipments/shipment-office.js';
import { tempFolder } from '../temp-folder.js';
import { MINUTE_MS, TrialClock, TrialGatewayBench } from '../trials/trial-gateway.js';
import { capturedIo } from './captured-io.js';

/** A gateway with the commands in front of it, in a folder of its own. */
function desk(key: number, clock: TrialClock) {
  const folder = tempFolder();
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(
    config,
    `gateway: { name: g${key}, dataDir: ${folder} }\nmqttIntake: { listen: { port: 1883 } }\n`,
  );
  const gateway = new TrialGatewayBench(folder, key, clock);
  onTestFinished(() => gateway.close());
  const partsOf = async () => ({
    submit: async (_config: string, kind: string, document: DetailDocument) => {
      const outcome = gateway.ask(kind, document);
      if (!outcome.ok) throw new RequestError(outcome.code, outcome.reason, outcome.hint);
      gateway.tick();
      return { ...outcome.answer, sequence: gateway.told.length - 1 };
    },
    readState: () => gateway.state,
    now: () => clock.ms,
  });
  const run = async (...argv: string[]) => {
    const io = capturedIo();
    let code: ExitCode = exitCodes.wrongUse;
    const program = new Command('coldgate')
      .exitOverride()
      .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
    trialRegistration(partsOf)(program, async (task) => {
      code = await task(io).catch((error: unknown) => reportError(error, io, false));
    });
    for (const command of program.commands.flatMap((each) => each.commands)) command.exitOverride();
    const withConfig = [
      'register',
      'load',
      'receive',
      'statement',
      'dispense',
      'set-aside',
      'notice',
      'dispose',
      'list',
      'audit',
    ];
    const more = withConfig.includes(argv[0] ?? '') ? ['-c', config] : [];
    await program
      .parseAsync(['trial', ...argv, ...more], { from: 'user' })
      .catch((error: Error) => io.err(error.message));
    return { code, out: io.outLines.join('\n'), err: io.errLines.join('\n') };
  };
  return { gateway, run, file: (name: string) => join(folder, name) };
}

function termsOf(...gateways: readonly TrialGatewayBench[]): string {
  const addresses = gateways.map(({ address }) => `'${address}'`);
  return `trial: EX-301\nlowMilliC: 2000\nhighMilliC: 8000\nwarmMinutes: 60\ncoldMinutes: 60\norigin: ${addresses[0]}\ngateways: [ ${addresses.join(', ')} ]\n`;
}

test('kits go from their numbers over two gateways to an audit that a stranger checks', async () => {
  const clock = new TrialClock();
  const [depot, site] = [desk(1, clock), desk(2, clock)];
  expect(await depot.run('kits', '--count', '12', '-o', depot.file('kits.csv'))).toMatchObject({ code: 0 });
  const kits = parseKitList(readFileSync(depot.file('kits.csv'), 'utf8'), 'kits.csv');
  expect(kits).toHaveLength(12);
  writeFileSync(depot.file('trial.yaml'), termsOf(depot.gateway, site.gateway));
  for (const one of [depot, site]) {
    const registered = await one.run('register', depot.file('trial.yaml'), '--kits', depot.file('kits.csv'));
    expect(registered, registered.err).toMatchObject({
      code: 0,
      out: expect.stringContaining('12 kits registered'),
    });
  }
  depot.gateway.must('shipment.create', orderOf('D-1'));
  expect(await depot.run('load', 'D-1', '--kits', depot.file('kits.csv'))).toMatchObject({ code: 0 });
  for (const step of ['arm', 'depart']) depot.gateway.must(`shipment.${step}`, { id: 'D-1' });
  for (let minute = 0; minute < 20; minute++) {
    clock.ms += MINUTE_MS;
    depot.gateway.read('probe-of-D-1', 9000);
    depot.gateway.tick();
  }
  expect(await depot.run('statement', 'D-1', '-o', depot.file('none.json'))).toMatchObject({
    code: 3,
    err: expect.stringContaining('once a shipment with kits is delivered'),
  });
  depot.gateway.deliver('D-1');
  const statement = depot.file('statement.json');
  expect(await depot.run('statement', 'D-1', '-o', statement)).toMatchObject({ code: 0 });
  expect(await depot.run('statement', 'D-1', '-o', statement)).toMatchObject({ code: 2 });

  clock.ms += 10 * MINUTE_MS;
  const received = await site.run('receive', statement);
  expect(received).toMatchObject({ code: 0, out: expect.stringContaining('12 kits taken over') });
  expect(await site.run('receive', statement)).toMatchObject({
    code: 1,
    err: expect.stringContaining('STATEMENT_OLD'),
  });
  site.gateway.must('shipment.create', orderOf('S-1'));
  await site.run('load', 'S-1', '--kits', depot.file('kits.csv'));
  for (const step of ['arm', 'depart']) site.gateway.must(`shipment.${step}`, { id: 'S-1' });
  clock.ms += MINUTE_MS;
  site.gateway.read('probe-of-S-1', 5000);
  site.gateway.tick();
  const [first = '', second = '', third = ''] = kits;
  expect(await site.run('dispense', first)).toMatchObject({
    code: 0,
    out: expect.stringContaining('is dispensed'),
  });
  const aside = await site.run('set-aside', '--kit', second, '--kit', third, '--reason', 'seal broken');
  expect(aside).toMatchObject({ code: 0 });
  expect(await site.run('dispense', second)).toMatchObject({
    code: 1,
    err: expect.stringContaining('KIT_SET_ASIDE'),
  });
  const list = await site.run('list', 'EX-301');
  expect(list).toMatchObject({ code: 0, out: expect.stringContaining(`${second}  quarantined (kits-q1)`) });
  expect(list.out).toContain(`${first}  dispensed  warm 19 min, cold 0 min, unknown 12 min in 2 legs`);
  clock.ms += 25 * 60 * MINUTE_MS;
  expect(await site.run('list', 'EX-301')).toMatchObject({
    code: 1,
    out: expect.stringContaining('NOTICE OVERDUE'),
  });
  expect(await site.run('notice', 'kits-q1', '--to', 'safety desk')).toMatchObject({
    code: 0,
    out: expect.stringContaining('more than 24 hours late'),
  });
  const destroyed = await site.run('dispose', 'kits-q1', '--decision', 'destroy', '--reason', 'seal');
  expect(destroyed, destroyed.err).toMatchObject({
    code: 0,
    out: expect.stringContaining('destroy, 2 kits'),
  });

  const audit = site.file('audit.json');
  expect(await site.run('audit', 'EX-301', '-o', audit)).toMatchObject({ code: 0 });
  const checked = await depot.run('check', audit, '--gateway', site.gateway.address, '--json');
  expect(checked).toMatchObject({ code: 0 });
  const told = JSON.parse(checked.out);
  expect(told).toMatchObject({ isWhole: true, problems: [] });
  // What was overdue set the other nine aside as well: nobody measured for a day.
  expect(told.kits).toEqual({ usable: 0, quarantined: 9, dispensed: 1, destroyed: 2 });
  expect(told.findings).toContain('kits-q1: the sponsor was told after more than 24 hours');
  expect(told.findings).toContain('kits-q2: no record says that the sponsor was told');

  const file = JSON.parse(readFileSync(audit, 'utf8'));
  const changed = structuredClone(file);
  const at = changed.evidence.findIndex(
    (one: { details: { event?: string }[] }) => one.details[0]?.event === 'disposed',
  );
  changed.evidence[at].details[0].decision = 'release';
  const forgeries = {
    changed,
    swapped: { ...file, evidence: [...file.evidence].reverse() },
    other: { ...file, trial: 'EX-302' },
  };
  for (const [name, content] of Object.entries(forgeries)) {
    writeFileSync(site.file(`${name}.json`), JSON.stringify(content));
    expect(await depot.run('check', site.file(`${name}.json`)), name).toMatchObject({ code: 1 });
  }
  expect(await depot.run('check', audit, '--gateway', depot.gateway.address)).toMatchObject({ code: 1 });
});

describe('wrong use', () => {
  test('a list with an arm is refused before anything is asked, and names the column', async () => {
    const { run, file, gateway } = desk(1, new TrialClock());
    writeFileSync(file('trial.yaml'), termsOf(gateway));
    writeFileSync(file('kits.csv'), 'kit,arm\n0172945513,active\n');
    const refused = await run('register', file('trial.yaml'), '--kits', file('kits.csv'));
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('more than kit numbers: arm') });
    expect(refused.err).toContain('hint: a list of kits is the one column "kit"');
    expect(gateway.told).toEqual([]);
  });

  test('terms that name an arm, or no origin, are told in full with their lines', async () => {
    const { run, file, gateway } = desk(1, new TrialClock());
    writeFileSync(file('kits.csv'), 'kit\n0172945513\n');
    writeFileSync(file('trial.yaml'), termsOf(gateway).replace(/origin.*\n/, 'arm: active\n'));
    const refused = await run('register', file('trial.yaml'), '--kits', file('kits.csv'));
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/arm/);
    expect(refused.err).toMatch(/origin/);
  });

  test.each([
    [['kits', '--count', '0', '-o', 'x.csv'], 2, '--count 0'],
    [['kits', '--count', 'many', '-o', 'x.csv'], 2, '--count many'],
    [['list', 'EX-9'], 1, 'TRIAL_UNKNOWN'],
    [['audit', 'EX-9', '-o', 'x.json'], 3, 'no record of trial EX-9'],
    [['audit', 'EX-9', '-o', 'x.json', '--rpc', 'http://127.0.0.1:1'], 2, '--trial and --rpc together'],
    [
      ['dispose', 'kits-q1', '--decision', 'keep', '--reason', 'x'],
      2,
      'Allowed choices are release, destroy',
    ],
    [['check', 'absent.json'], 3, 'cannot be read'],
    [['receive', 'absent.json'], 3, 'cannot be read'],
  ] as const)('%j ends with %i and says why', async (argv, code, word) => {
    const { run } = desk(1, new TrialClock());
    const answer = await run(...argv);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(word);
    expect(existsSync('x.csv')).toBe(false);
  });
});
