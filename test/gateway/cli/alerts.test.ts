// `coldgate alerts`, through the arguments a person types, in front of a gateway role that decides at once.

import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { AlertsCommandParts } from '../../../gateway/cli/alerts-command.js';
import { alertsRegistration } from '../../../gateway/cli/alerts-commands.js';
import { type ExitCode, exitCodes } from '../../../gateway/cli/cli-io.js';
import { reportError } from '../../../gateway/cli/error-report.js';
import { RequestError } from '../../../gateway/requests/request-error.js';
import { readAlerts } from '../../../gateway/reviews/alert.js';
import {
  AlertBench,
  condition,
  dana,
  excursion,
  MINUTE_MS,
  omar,
  START_MS,
  wim,
} from '../reviews/alert-bench.js';
import { capturedIo } from './captured-io.js';

const people = new Map([omar, dana, wim].map((actor) => [actor.name, actor]));

function desk() {
  const bench = new AlertBench();
  const asked: { configFile: string; kind: string; document: object }[] = [];
  const partsOf = async ({ as: account = 'omar' }: { as?: string } = {}): Promise<AlertsCommandParts> => ({
    submit: async (configFile, kind, document) => {
      asked.push({ configFile, kind, document });
      const outcome = bench.ask(kind.replace('alert.', ''), document, people.get(account) ?? omar);
      if (!outcome.ok) throw new RequestError(outcome.code, outcome.reason, outcome.hint);
      return { ...outcome.answer, sequence: asked.length };
    },
    readAlerts: () => readAlerts(bench.state),
  });
  const run = async (...argv: string[]) => {
    const io = capturedIo();
    let exitCode: ExitCode = exitCodes.ok;
    const quiet = { writeOut: (text: string) => io.out(text), writeErr: (text: string) => io.err(text) };
    const program = new Command('coldgate').exitOverride().configureOutput(quiet);
    alertsRegistration(partsOf)(program, async (task) => {
      exitCode = await task(io).catch((error: unknown) => reportError(error, io, false));
    });
    for (const command of program.commands.flatMap((each) => each.commands)) {
      command.exitOverride().configureOutput(quiet);
    }
    await program.parseAsync(['alerts', ...argv], { from: 'user' });
    return { exitCode, out: io.outLines, err: io.errLines };
  };
  return { run, bench, asked };
}

function withExcursion() {
  const all = desk();
  all.bench.see(excursion('E1', 'opened', { extremeMilliC: 8100 }));
  all.bench.see(excursion('E1', 'closed', { extremeMilliC: 9250 }, START_MS + MINUTE_MS));
  all.bench.commit();
  return all;
}

test('from the list to the signature, each step tells the way and its record', async () => {
  const { run, asked, bench } = withExcursion();
  expect((await run('list')).out).toEqual([
    'E1  open  major  excursion  cargo-front  from 2026-11-23T08:00:00.000Z to 2026-11-23T08:01:00.000Z',
  ]);
  expect((await run('ack', 'E1', '--why', 'door is shut again')).out).toEqual([
    'alert E1: open -> acknowledged, record 1',
  ]);
  const assessed = await run('assess', 'E1', '--as', 'dana', '--result', 'no-impact', '--why', 'one minute');
  expect(assessed.out).toEqual(['alert E1: acknowledged -> assessed, record 2']);
  const hash = bench.hashOf('E1');
  const signed = await run('sign', 'E1', '--as', 'wim', '--meaning', 'approved', '-c', '/etc/coldgate.yaml');
  expect(signed.exitCode).toBe(0);
  expect(signed.out).toContain(`to sign     sha-256 ${hash}`);
  expect(signed.out.at(-1)).toBe('alert E1: assessed -> closed, record 3');
  const document = { id: 'E1', meaning: 'approved', boundTo: hash };
  expect(asked.at(-1)).toEqual({ configFile: '/etc/coldgate.yaml', kind: 'alert.sign', document });
  expect((await run('list')).out).toEqual(['no alert waits for anybody']);
  expect((await run('list', '--state', 'closed')).out).toHaveLength(1);
});

test('show tells window, rule, evidence, judgement, signature and history', async () => {
  const { run, bench } = withExcursion();
  await run('ack', 'E1');
  await run('assess', 'E1', '--as', 'dana', '--result', 'no-impact', '--why', 'one minute');
  const hash = bench.hashOf('E1');
  await run('sign', 'E1', '--as', 'wim', '--meaning', 'reviewed');
  const { root, size } = bench.alert('E1').checkpoint ?? {};
  expect((await run('show', 'E1')).out).toEqual([
    'alert       E1: assessed',
    'what        excursion, major',
    'probe       cargo-front, shipment SHIP-0001',
    'window      from 2026-11-23T08:00:00.000Z to 2026-11-23T08:01:00.000Z',
    'rule        warm, high, limit 8.000 degC',
    'extreme     9.250 degC',
    `profile     vaccines, 3, sha-256 ${'ab'.repeat(32)}`,
    'evidence    2 records, sequence 0 to 1',
    `            log of ${size} records, root ${root}`,
    'assessed    no-impact by DANA (dana) at 2026-11-23T08:00:00.000Z: one minute',
    `signed      reviewed by WIM (wim) at 2026-11-23T08:00:00.000Z, sha-256 ${hash}`,
    `to sign     sha-256 ${hash}`,
    '2026-11-23T08:00:00.000Z  opened by (gateway)',
    '2026-11-23T08:00:00.000Z  acknowledged by omar',
    '2026-11-23T08:00:00.000Z  assessed by dana: one minute',
    '2026-11-23T08:00:00.000Z  signed by wim',
  ]);
});

test('what the judges say of beginning, end and mean counts before the times of their records', async () => {
  const { run, bench } = desk();
  const told = { startedAtMs: START_MS - MINUTE_MS, rule: 'mkt', mktMicroC: 8_123_456, cause: 'gap' };
  bench.see(excursion('E1', 'opened', told));
  bench.see(excursion('E1', 'closed', { ...told, endedAtMs: START_MS + 1 }, START_MS + MINUTE_MS));
  const { out } = await run('show', 'E1');
  expect(out).toContain('window      from 2026-11-23T07:59:00.000Z to 2026-11-23T08:00:00.001Z');
  expect(out).toContain('rule        warm, high, gap, limit 8.000 degC');
  expect(out).toContain('mkt         8.123 degC');
});

test('an alert that goes on, waits for its commit, was reminded of, or is a device, says so', async () => {
  const { run, bench } = desk();
  bench.see(excursion('E1', 'opened'));
  bench.see({
    ...condition('device-changed'),
    detail: { condition: 'device-changed', reason: 'serial \u001b[31m9' },
  });
  bench.passTime(START_MS + 90 * MINUTE_MS);
  const { out } = await run('show', 'E1');
  expect(out).toContain('window      from 2026-11-23T08:00:00.000Z, goes on');
  expect(out).toContain('evidence    1 records, not in a signed log yet');
  expect(out).toContain('reminded    1 times, level 2');
  const device = await run('show', 'probe-7-device-changed');
  expect(device.out).toContain('condition   device-changed, serial ?[31m9');
  expect(device.out).toContain('window      at 2026-11-23T08:00:00.000Z');
  bench.commit();
  bench.see(excursion('E1', 'updated'));
  expect((await run('show', 'E1')).out).toContain(
    'evidence    2 records, sequence 0 to 0; 1 more, not in a signed log yet',
  );
});

describe('a program', () => {
  test('reads alerts and the hash to sign as JSON, and must repeat it', async () => {
    const { run, bench } = withExcursion();
    await run('ack', 'E1');
    await run('assess', 'E1', '--as', 'dana', '--result', 'no-impact', '--why', 'one minute');
    const shown = JSON.parse((await run('show', 'E1', '--json')).out.join('\n')) as Record<string, unknown>;
    expect(shown).toMatchObject({ id: 'E1', state: 'assessed', evidenceHash: bench.hashOf('E1') });
    expect(JSON.parse((await run('list', '--json')).out.join(''))).toMatchObject([{ id: 'E1' }]);
    const sign = ['sign', 'E1', '--as', 'wim', '--meaning', 'rejected', '--json'];
    expect(await run(...sign)).toMatchObject({ exitCode: 2, out: [] });
    const signed = await run(...sign, '--hash', String(shown.evidenceHash));
    expect(JSON.parse(signed.out.join(''))).toMatchObject({ alert: 'E1', state: 'closed', sequence: 3 });
  });
});

describe('exit code 1', () => {
  test.each([
    ['show', 'E9'],
    ['sign', 'E9', '--meaning', 'approved'],
  ])('there is no such alert: %s', async (...argv) => {
    expect(await withExcursion().run(...argv)).toEqual({
      ...{ exitCode: 1, out: [] },
      err: [
        'coldgate: there is no alert "E9" [ALERT_UNKNOWN]',
        '  hint: coldgate alerts list --state all shows them',
      ],
    });
  });

  test('what the gateway refuses: the order, the person, evidence that changed', async () => {
    const { run, bench } = withExcursion();
    const early = await run('sign', 'E1', '--as', 'wim', '--meaning', 'approved');
    expect([early.exitCode, early.err[0]]).toEqual([
      ...[1, 'coldgate: alert E1 is open; it cannot be signed now [STEP_OUT_OF_ORDER]'],
    ]);
    await run('ack', 'E1');
    await run('assess', 'E1', '--as', 'dana', '--result', 'no-impact', '--why', 'one minute');
    const same = await run('sign', 'E1', '--as', 'dana', '--meaning', 'approved');
    expect(same.err[0]).toContain('[SAME_PERSON]');
    const shown = bench.hashOf('E1');
    await run('assess', 'E1', '--as', 'dana', '--result', 'inconclusive', '--why', 'a gap');
    const late = await run('sign', 'E1', '--as', 'wim', '--meaning', 'approved', '--hash', shown);
    expect(late).toEqual({
      ...{ exitCode: 1, out: [] },
      err: [
        'coldgate: alert E1 is no longer what you were shown [EVIDENCE_CHANGED]',
        '  hint: coldgate alerts show E1',
      ],
    });
  });
});

test('a row that cannot be read is exit code 3, and names the alert', async () => {
  const { run, bench } = withExcursion();
  bench.state.apply([['alert/E1', '{']]);
  const { exitCode, err } = await run('list');
  expect([exitCode, err[0]]).toEqual([
    3,
    'coldgate: what is kept of alert E1 cannot be read [ALERT_UNREADABLE]',
  ]);
});

test.each([
  [['list', '--state', 'done']],
  [['assess', 'E1', '--result', 'fine', '--why', 'x']],
  [['assess', 'E1', '--result', 'no-impact']],
  [['sign', 'E1']],
  [['sign', 'E1', '--meaning', 'released']],
])('wrong use is refused before anything is asked: %j', async (argv) => {
  const { run, asked } = withExcursion();
  await expect(run(...argv)).rejects.toThrow(/commander|argument|option/);
  expect(asked).toEqual([]);
});
