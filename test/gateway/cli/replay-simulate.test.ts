// replay and simulate: recordings and virtual devices on the screen and behind ports.

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock, systemTimers } from '../../../firmware-bridge/clock.js';
import { openTransport } from '../../../firmware-bridge/transport/open-transport.js';
import type { PortTools } from '../../../gateway/cli/port-tools.js';
import { runPorts } from '../../../gateway/cli/ports-command.js';
import { runProbe } from '../../../gateway/cli/probe-command.js';
import { runReplay } from '../../../gateway/cli/replay-command.js';
import { runSimulate } from '../../../gateway/cli/simulate-command.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { hasProgram } from '../../firmware-bridge/peer-program.js';
import { type CapturedIo, capturedIo } from './captured-io.js';

const vector = fileURLToPath(new URL('../../vectors/taps/m100-unplugged.tap', import.meta.url));
let folder = '';
let stopping = new AbortController();
let running: Promise<unknown>[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-replay-'));
  stopping = new AbortController();
  running = [];
});
afterEach(async () => {
  stopping.abort();
  await Promise.allSettled(running);
  rmSync(folder, { recursive: true });
});

/** Real clocks and ports, and a Ctrl-C of the test's own. */
function tools(stop: AbortSignal = stopping.signal): PortTools {
  return { opener: openTransport, clock: systemClock, timers: systemTimers, stop };
}

/** The port that a command says it serves. */
async function servedPort(task: (io: CapturedIo) => Promise<unknown>): Promise<string> {
  const io = capturedIo();
  const over = task(io);
  running.push(over);
  let trouble: unknown;
  over.catch((error: unknown) => {
    trouble = error;
  });
  await eventually('a port', () => io.outLines.length > 0 || trouble !== undefined);
  if (trouble !== undefined) throw trouble;
  return io.outLines[0] ?? '';
}

async function identityAt(port: string, protocol: string): Promise<string> {
  const io = capturedIo();
  const probing = new AbortController();
  const exitCode = await runProbe({ port, protocol, json: true }, io, tools(probing.signal));
  expect(exitCode).toBe(0);
  return JSON.parse(io.outLines.join('')).verified[0].identity;
}

describe('coldgate replay', () => {
  test('decodes a recording', async () => {
    const io = capturedIo();
    const options = { file: vector, protocol: 'm100', json: true };
    expect(await runReplay(options, io, tools())).toBe(0);
    const lines = io.outLines.map((line) => JSON.parse(line));
    expect(lines.filter(({ port }) => port === 'open')).toHaveLength(2);
    expect(lines.filter(({ direction }) => direction === 'out').length).toBeGreaterThan(10);
    expect(lines.at(-1).counters).toMatchObject({ badChecks: 1 });
    const times = lines.map(({ monotonicMs }) => monotonicMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('says what a file holds when no protocol is named', async () => {
    const io = capturedIo();
    expect(await runReplay({ file: vector, json: true }, io, tools())).toBe(0);
    expect(JSON.parse(io.outLines[0] ?? '')).toMatchObject({
      port: '/dev/ttyUSB0',
      opens: 2,
      durationMs: 10_500,
    });
  });

  test('in the wrong protocol finds no frame, exit code 1', async () => {
    expect(await runReplay({ file: vector, protocol: 'nmea' }, capturedIo(), tools())).toBe(1);
  });

  test('a file cut by a power loss is replayed with a warning; a file with a wrong line is refused by its number', async () => {
    const file = join(folder, 'field.tap');
    copyFileSync(vector, file);
    const text = readFileSync(vector, 'latin1');
    writeFileSync(file, text.slice(0, -3));
    const io = capturedIo();
    expect(await runReplay({ file, protocol: 'm100' }, io, tools())).toBe(0);
    expect(io.errLines).toEqual([expect.stringContaining('cut off')]);
    writeFileSync(file, text.replace('0 open', '0 opne'));
    await expect(runReplay({ file }, capturedIo(), tools())).rejects.toMatchObject({
      code: 'WRONG_USE',
      message: expect.stringContaining('line 5'),
    });
  });

  test('a file that is not there cannot be read', async () => {
    const file = join(folder, 'none.tap');
    await expect(runReplay({ file }, capturedIo(), tools())).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  test('as a port gives who connects the recorded bytes', async () => {
    const port = await servedPort((io) =>
      runReplay({ file: vector, asPort: 'tcp:0', speed: '1000' }, io, tools()),
    );
    const transport = await openTransport(port, { baudRate: 9600 })();
    let bytes = 0;
    transport.onData((chunk) => {
      bytes += chunk.length;
    });
    await eventually('all bytes', () => bytes >= 1300);
    await transport.close();
  });
});

describe('coldgate simulate', () => {
  test.each([['modbus'], ['chafon']])('%s answers behind a TCP port', async (name) => {
    const port = await servedPort((io) => runSimulate({ device: name }, io, tools()));
    expect(port).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(await identityAt(port, name)).toMatch(/\S/);
  });

  test.skipIf(!hasProgram('socat'))(
    'm100 answers behind a real tty, and its script is told and played',
    async () => {
      const script = join(folder, 'short.faults');
      writeFileSync(script, '0s duplicate # twice\n100ms drop-byte 1\n');
      const tty = join(folder, 'tty');
      const io = capturedIo();
      const over = runSimulate({ device: 'm100', tty, script }, io, tools());
      running.push(over);
      await eventually('the script', () => io.errLines.some((line) => line.endsWith('drop-byte 1')));
      expect(io.outLines).toEqual([tty]);
      expect(await identityAt(tty, 'm100')).toContain('M100');
      stopping.abort();
      expect(await over).toBe(0);
    },
  );

  test.each([
    [{ device: 'toaster' }, 'devices are'],
    [{ device: 'm100', tty: '/tmp/x', tcp: '1' }, '--tty or --tcp'],
    [{ device: 'm100', tcp: '70000' }, '65535'],
    [{ device: 'm100', seed: '-1' }, 'use 0'],
  ])('%j is wrong use', async (options, hint) => {
    await expect(runSimulate(options, capturedIo(), tools())).rejects.toMatchObject({
      code: 'WRONG_USE',
      hint: expect.stringContaining(hint),
    });
  });

  test('a script with mistakes is refused with all their lines', async () => {
    const script = join(folder, 'bad.faults');
    writeFileSync(script, '1s explode\n2s late\n');
    await expect(runSimulate({ device: 'm100', script }, capturedIo(), tools())).rejects.toMatchObject({
      code: 'WRONG_USE',
      message: expect.stringMatching(/line 1: .*line 2: /),
    });
  });
});

describe('coldgate ports', () => {
  test('says so when nothing is there, and gives JSON', async () => {
    const io = capturedIo();
    expect(await runPorts({}, io, { sys: folder, dev: folder })).toBe(0);
    expect(io.outLines).toEqual(['no serial port and no 1-Wire probe is there']);
    const json = capturedIo();
    await runPorts({ json: true }, json, { sys: folder, dev: folder });
    expect(JSON.parse(json.outLines.join(''))).toEqual({ ports: [], oneWireProbes: [] });
  });
});
