// `coldgate gs1`, through the arguments a person types.

import { expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { capturedIo } from './captured-io.js';

async function run(...argv: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(argv, io);
  return { exitCode, out: io.outLines, err: io.errLines };
}

test('a scanned medicine pack is explained element by element', async () => {
  const { exitCode, out, err } = await run('gs1', ']d2010952114112345417270600' + '10LOT-7A\u001d214711');
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: [] });
  expect(out).toEqual([
    'form      raw element string, ]d2 GS1 DataMatrix',
    'fnc1      GS (0x1D)',
    '  (01) GTIN              09521141123454',
    '  (17) USE BY or EXPIRY  270600  = 2027-06-30',
    '  (10) BATCH/LOT         LOT-7A',
    '  (21) SERIAL            4711',
    'gtin      09521141123454',
    'lot       LOT-7A',
    'serial    4711',
    'expiry    2027-06-30',
  ]);
});

test('a pallet label gives the temperatures of its transport', async () => {
  const { out } = await run('gs1', '(00)106141412345678908(4331)000800(4333)000200-');
  expect(out).toEqual(expect.arrayContaining(['sscc      106141412345678908', 'transport -2 to 8 degC']));
  const { out: open } = await run('gs1', '(00)106141412345678908(4331)000800');
  expect(open).toContain('transport any to 8 degC');
});

test('with --json it is one object', async () => {
  const { exitCode, out } = await run(
    'gs1',
    '--json',
    'https://example.com/01/09521141123454/10/A?17=270630',
  );
  expect(exitCode).toBe(0);
  expect(out).toHaveLength(1);
  expect(JSON.parse(out[0] ?? '')).toEqual({
    form: 'digital-link',
    hostname: 'example.com',
    elementString: '(01)09521141123454(10)A(17)270630',
    elements: [
      { ai: '01', title: 'GTIN', value: '09521141123454' },
      { ai: '10', title: 'BATCH/LOT', value: 'A' },
      { ai: '17', title: 'USE BY or EXPIRY', value: '270630', meaning: '2027-06-30' },
    ],
    gtin: '09521141123454',
    lot: 'A',
    expiry: '2027-06-30',
  });
});

test('a host name is shown with a warning', async () => {
  const { out } = await run('gs1', 'https://example.com/01/09521141123454');
  expect(out).toContain('host      example.com (printed on the label; do not trust it)');
});

test('a label that must be refused is exit code 1 and one line of reason', async () => {
  const reason = '(01) GTIN has a wrong check digit: "09521141123453"';
  expect(await run('gs1', '(01)09521141123453')).toEqual({
    exitCode: 1,
    out: [],
    err: [`coldgate: refused: ${reason} [LABEL_REFUSED]`],
  });
  const { exitCode, out } = await run('gs1', '--json', '(01)09521141123453');
  expect(exitCode).toBe(1);
  expect(JSON.parse(out[0] ?? '')).toEqual({ refused: reason });
});

test('the help shows how, and nothing to explain is wrong use', async () => {
  expect((await run('help', 'gs1')).out.join('\n')).toContain('Examples:\n  coldgate gs1 ');
  expect((await run('gs1')).exitCode).toBe(2);
});
