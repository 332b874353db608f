// `coldgate epc`, through the arguments a person types.

import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { epcVectors, readVectors, statedBy } from '../../firmware-bridge/epc/vectors.js';
import { capturedIo } from './captured-io.js';

async function run(...argv: string[]) {
  const io = capturedIo();
  const exitCode = await runProgram(argv, io);
  return { exitCode, out: io.outLines, err: io.errLines };
}

const sgtin = '3074257BF7194E4000001A85';
const tid = 'E28069952000500101D589CC';

describe('one tag is explained on a screen', () => {
  test('an EPC', async () => {
    const { exitCode, out, err } = await run('epc', sgtin);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: [] });
    expect(out).toEqual([
      'scheme    SGTIN-96',
      'filter    3 (reserved)',
      'identity  urn:epc:id:sgtin:0614141.812345.6789',
      'tag uri   urn:epc:tag:sgtin-96:3.0614141.812345.6789',
      'elements  (01)80614141123458(21)6789',
      'link      https://id.gs1.org/01/80614141123458/21/6789',
    ]);
  });

  test('a host name is shown with a warning, never as a link', async () => {
    const { out } = await run('epc', 'FD3795211411234538566CB0AFC525065F1876F0D996D800');
    expect(out).toContain('link      https://id.gs1.org/01/79521141123453/21/32a%2Fb');
    expect(out).toContain('host      id.example.com (written on the tag; do not trust it)');
  });

  test('a TID', async () => {
    expect((await run('epc', `0x${tid}`)).out).toEqual([
      'scheme    TID class E2',
      'designer  NXP Semiconductors (MDID 006)',
      'model     UCODE9 (TMN 995)',
      'serial    500101D589CC',
      'identity  urn:epc:stid:x006.x995.x500101D589CC',
      'secret    no: the chip cannot prove who it is',
    ]);
    const { out } = await run('epc', 'E2C0699520005001');
    expect(out).toContain('serial    not read to its end: 48 bits belong there');
    expect(out).toContain('secret    yes: the chip can prove who it is');
  });
});

test('several tags are one line each', async () => {
  const { exitCode, out } = await run('epc', sgtin, tid, 'F90095201234567891235');
  expect(exitCode).toBe(0);
  expect(out).toEqual([
    `${sgtin} SGTIN-96 urn:epc:id:sgtin:0614141.812345.6789 (01)80614141123458(21)6789`,
    `${tid} TID NXP Semiconductors UCODE9 urn:epc:stid:x006.x995.x500101D589CC`,
    'F90095201234567891235 SSCC+ (00)095201234567891235',
  ]);
});

describe('with --json each tag is one object on one line, in the words of the vectors', () => {
  test('every EPC vector', async () => {
    const { exitCode, out } = await run('epc', '--json', ...epcVectors.map(({ hex }) => hex));
    expect(exitCode).toBe(0);
    const told = out.map((line) => JSON.parse(line) as unknown);
    expect(told).toHaveLength(epcVectors.length);
    expect(told).toMatchObject(epcVectors.map((vector) => ({ hex: vector.hex, ...statedBy(vector) })));
  });

  test('every TID vector', async () => {
    const { vectors } = readVectors<{ readonly vectors: readonly { tid: string; why?: string }[] }>(
      'tds/tid-vectors.json',
    );
    const { out } = await run('epc', '--json', ...vectors.map((vector) => vector.tid));
    const stated = vectors.map(({ tid: hex, why: _why, ...fields }) => ({ hex, ...fields }));
    expect(out.map((line) => JSON.parse(line) as unknown)).toMatchObject(stated);
  });
});

describe('a tag that must be refused is exit code 1 and one line of reason', () => {
  test('alone', async () => {
    expect(await run('epc', '3016')).toEqual({
      exitCode: 1,
      out: [],
      err: ['coldgate: "3016" is refused: truncated: SGTIN-96 has 96 bits, 16 are there [TAG_REFUSED]'],
    });
  });

  test('among others, which are told all the same', async () => {
    const { exitCode, out, err } = await run('epc', 'FE0000000000000000000000', sgtin, 'E280');
    expect(exitCode).toBe(1);
    expect(out).toEqual([expect.stringContaining('SGTIN-96')]);
    expect(err).toEqual([
      'coldgate: "FE0000000000000000000000" is refused: header fe is reserved [TAG_REFUSED]',
      'coldgate: "E280" is refused: truncated: a TID has at least 32 bits, 16 are there [TAG_REFUSED]',
    ]);
  });

  test('with --json the object says it as well', async () => {
    const { exitCode, out, err } = await run('epc', '--json', 'zz', sgtin);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out[0] ?? '')).toEqual({ hex: 'zz', refused: 'not hexadecimal' });
    expect(JSON.parse(out[1] ?? '')).toMatchObject({ scheme: 'SGTIN-96' });
    expect(err).toHaveLength(1);
  });

  test('without commanding the terminal', async () => {
    const { out, err } = await run('epc', '--json', '\u001b[31m\n\u009b\u202e');
    for (const line of [...out, ...err]) expect(line).toMatch(/^[ -~]+$/);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ hex: '\u001b[31m\n\u009b\u202e' });
  });
});

test('the help shows how, and nothing to explain is wrong use', async () => {
  expect((await run('help', 'epc')).out.join('\n')).toContain('Examples:\n  coldgate epc ');
  expect((await run('epc')).exitCode).toBe(2);
});
