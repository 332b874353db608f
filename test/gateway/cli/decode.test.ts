import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { wireProtocols } from '../../../firmware-bridge/wire-protocols.js';
import type { CliIo, ExitCode } from '../../../gateway/cli/cli-io.js';
import { decodeHex, runDecode } from '../../../gateway/cli/decode-command.js';
import { registerDecode } from '../../../gateway/cli/device-commands.js';
import { capturedIo } from './captured-io.js';

const stop = 'bb00280000287e';
const tag = 'bb02220011c83000e20010710000529b0940b402eb98ff7e';

async function decode(protocol: string, ...frames: string[]) {
  const io = capturedIo();
  const exitCode = await runDecode({ protocol, frames, json: true }, io);
  return { exitCode, lines: io.outLines.map((line) => JSON.parse(line)) };
}

describe('coldgate decode', () => {
  test('says what a frame means, spaces and colons allowed', async () => {
    for (const text of [tag, tag.toUpperCase(), tag.replace(/../g, '$& '), tag.replace(/../g, '$&:')]) {
      const { exitCode, lines } = await decode('m100', text);
      expect(exitCode).toBe(0);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ protocol: 'm100', ok: true, bytes: tag });
      expect(JSON.stringify(lines[0])).toContain('e20010710000529b0940b402');
    }
  });

  test('explains each of several frames, and names the bytes between them', async () => {
    const { exitCode, lines } = await decode('m100', `${stop}0102${tag}`, stop);
    expect(exitCode).toBe(1);
    expect(lines.map(({ ok, bytes }) => ({ ok, bytes }))).toEqual([
      { ok: true, bytes: stop },
      { ok: false, bytes: '0102' },
      { ok: true, bytes: tag },
      { ok: true, bytes: stop },
    ]);
    expect(lines[1].reason).not.toBe('');
  });

  test.each(['zz', 'bb0', 'bb 0', '🚚'])('%j is refused as no hex', async (text) => {
    const { exitCode, lines } = await decode('m100', text);
    expect({ exitCode, ok: lines[0].ok }).toEqual({ exitCode: 1, ok: false });
    expect(lines[0].reason).toContain('hex');
  });

  test('a text without end is not looked at', () => {
    const [part] = decodeHex(wireProtocols[0]!, 'bb'.repeat(40_000));
    expect(part).toMatchObject({ ok: false, reason: expect.stringContaining('at most') });
  });

  test('reads frames from stdin, one a line', async () => {
    const io = capturedIo();
    async function* input() {
      yield stop;
      yield '';
      yield tag;
    }
    const exitCode = await runDecode({ protocol: 'm100', frames: ['-'] }, io, input);
    expect({ exitCode, lines: io.outLines.length }).toEqual({ exitCode: 0, lines: 2 });
  });

  test.each(wireProtocols.map((protocol) => [protocol.name, protocol] as const))(
    '%s: a damaged question is refused with a reason, a good one is explained',
    async (name, protocol) => {
      expect(name).toMatch(/^[a-z0-9-]+$/);
      for (const request of protocol.question?.requests ?? []) {
        const hex = Buffer.from(request).toString('hex');
        const good = await decode(name, hex);
        if (name !== 'board') expect(good.exitCode, hex).toBe(0);
        const bad = await decode(name, hex.slice(0, -2) + (hex.endsWith('00') ? '01' : '00'));
        expect(bad.exitCode).toBe(1);
        const refused = bad.lines.find(({ ok }) => !ok);
        expect(refused.reason).toMatch(/\S/);
        expect(refused.reason).not.toContain('\n');
      }
    },
  );

  test('an unknown protocol is wrong use, with those that there are', async () => {
    await expect(decode('x25', stop)).rejects.toMatchObject({
      code: 'WRONG_USE',
      hint: expect.stringContaining('modbus'),
    });
  });

  test('takes its arguments from the command line', async () => {
    const io = capturedIo();
    let exitCode: ExitCode | undefined;
    const program = new Command();
    registerDecode(program, async (task: (io: CliIo) => Promise<ExitCode>) => {
      exitCode = await task(io);
    });
    await program.parseAsync(['decode', 'm100', stop, '0102'], { from: 'user' });
    expect(exitCode).toBe(1);
    expect(io.outLines).toHaveLength(2);
    expect(io.outLines[1]).toMatch(/^refused: /);
  });
});
