// probe, monitor and record over virtual devices in memory.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BoardSimulator } from '../../../firmware-bridge/simulators/board-simulator.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { ModbusSimulator } from '../../../firmware-bridge/simulators/modbus-simulator.js';
import { NmeaSimulator } from '../../../firmware-bridge/simulators/nmea-simulator.js';
import { simulatedKinds } from '../../../firmware-bridge/simulators/registry.js';
import { parseTap } from '../../../firmware-bridge/tap/tap-file.js';
import { runMonitor } from '../../../gateway/cli/monitor-command.js';
import { type ProbeOptions, runProbe } from '../../../gateway/cli/probe-command.js';
import { runRecord } from '../../../gateway/cli/record-command.js';
import { capturedIo } from './captured-io.js';
import { type PortBench, portBench } from './port-bench.js';

const port = '/dev/ttyUSB0';
const m100 = () => portBench((time) => new M100Simulator({ timers: time }), 115_200);
const nmea = () => portBench((time) => new NmeaSimulator({ timers: time, clock: time }), 9600);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-tools-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function probe(bench: PortBench, options: Partial<ProbeOptions> = {}) {
  const io = capturedIo();
  let isOver = false;
  const running = runProbe({ port, json: true, ...options }, io, bench.tools).finally(() => {
    isOver = true;
  });
  for (let second = 0; second < 300 && !isOver; second += 1) await bench.time.pass(1000);
  const exitCode = await running;
  return { exitCode, report: JSON.parse(io.outLines.join('\n')), err: io.errLines };
}

describe('coldgate probe', () => {
  test.each([
    ['m100', m100],
    ['modbus', () => portBench((time) => new ModbusSimulator({ timers: time, clock: time }), 9600)],
    ['nmea', nmea],
    ['board', () => portBench((time) => new BoardSimulator({ timers: time, clock: time }), 115_200)],
  ])('finds %s, and stops there', async (name, make) => {
    const bench = make();
    const { exitCode, report } = await probe(bench);
    expect(exitCode).toBe(0);
    expect(report.verified).toHaveLength(1);
    expect(report.verified[0]).toMatchObject({ protocol: name, identity: expect.stringMatching(/\S/) });
    expect(bench.port.openTransports).toBe(0);
  });

  test.each(simulatedKinds.filter(({ name }) => name !== 'gpsd').map((kind) => [kind.name, kind] as const))(
    '%s is taken for nothing else, at all speeds and in all protocols',
    async (name, kind) => {
      const bench = portBench((time) => kind.make({ seed: 1, timers: time }));
      const { report } = await probe(bench, { all: true, port: 'tcp://127.0.0.1:1' });
      expect(report.verified.map(({ protocol }: { protocol: string }) => protocol)).toEqual([name]);
    },
  );

  test('says what it tried when nobody answers, exit code 1', async () => {
    const bench = portBench((time) => new M100Simulator({ timers: time }), 300);
    const { exitCode, report, err } = await probe(bench);
    expect(exitCode).toBe(1);
    expect(report.verified).toEqual([]);
    expect(report.tried.length).toBeGreaterThan(4);
    expect(new Set(report.tried.map(({ line }: { line: string }) => line)).size).toBe(report.tried.length);
    expect(err).toEqual([]);
    expect(bench.port.openTransports).toBe(0);
  });

  test('asks at the named speed and in the named protocol only', async () => {
    const bench = m100();
    const { report } = await probe(bench, { protocol: 'modbus', baud: '115200' });
    expect(report.tried).toMatchObject([
      { line: '115200 8N1', protocols: ['modbus'] },
      { line: '115200 8E1', protocols: ['modbus'] },
    ]);
    expect(bench.openedWith.map(({ baudRate }) => baudRate)).toEqual([115_200, 115_200]);
  });

  test('sets nothing', async () => {
    const bench = m100();
    await probe(bench, { protocol: 'm100' });
    const commands = bench.port.written.flat().map((bytes) => bytes[2]);
    expect(new Set(commands)).toEqual(new Set([0x03]));
  });

  test('Ctrl-C leaves the port closed', async () => {
    const bench = portBench((time) => new M100Simulator({ timers: time }), 115_200);
    const io = capturedIo();
    const running = runProbe({ port, protocol: 'nmea' }, io, bench.tools);
    await bench.time.pass(500);
    bench.ctrlC();
    await bench.time.pass(0);
    expect(await running).toBe(1);
    expect(bench.port.openTransports).toBe(0);
    expect(bench.time.waiting).toBe(0);
    expect(bench.openedWith).toHaveLength(1);
  });

  test.each([{ protocol: 'x25' }, { baud: 'fast' }, { baud: '7' }])('%j is wrong use', async (options) => {
    await expect(runProbe({ port, ...options }, capturedIo(), m100().tools)).rejects.toMatchObject({
      code: 'WRONG_USE',
    });
  });
});

describe('coldgate monitor', () => {
  test('shows frames as they come, sends nothing, and ends at Ctrl-C with the counters', async () => {
    const bench = nmea();
    const io = capturedIo();
    const running = runMonitor({ port, protocol: 'nmea' }, io, bench.tools);
    await bench.time.pass(3500);
    bench.port.deliver(Uint8Array.of(1, 2, 3, 4, 5));
    await bench.time.pass(1000);
    bench.ctrlC();
    await bench.time.pass(0);
    expect(await running).toBe(0);
    expect(io.outLines.filter((line) => / in {2}/.test(line)).length).toBe(8);
    expect(io.outLines.filter((line) => line.includes('garbage: 5 bytes'))).toHaveLength(1);
    expect(io.outLines.at(-1)).toMatch(/^\d+ bytes, 8 frames, 0 bad checks, 5 bytes of garbage$/);
    expect(bench.port.written.flat()).toEqual([]);
    expect(bench.port.openTransports).toBe(0);
    expect(bench.time.waiting).toBe(0);
  });

  test('a line of noise is one line a second', async () => {
    const bench = portBench((time) => new M100Simulator({ timers: time }));
    const io = capturedIo();
    const running = runMonitor({ port, protocol: 'm100' }, io, bench.tools);
    for (let turn = 0; turn < 100; turn += 1) {
      await bench.time.pass(100);
      bench.port.deliver(Uint8Array.from({ length: 50 }, (_, index) => index));
    }
    bench.ctrlC();
    await running;
    const garbage = io.outLines.filter((line) => line.includes('garbage'));
    expect(garbage.length).toBeGreaterThan(8);
    expect(garbage.length).toBeLessThanOrEqual(12);
    expect(io.outLines.at(-1)).toContain('5000 bytes of garbage');
  });

  test('--poll asks who is there and shows both directions, as JSON with the bytes', async () => {
    const bench = m100();
    const io = capturedIo();
    const running = runMonitor(
      { port, protocol: 'm100', poll: true, json: true, raw: true },
      io,
      bench.tools,
    );
    await bench.time.pass(2500);
    bench.ctrlC();
    await running;
    const lines = io.outLines.map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ direction: 'out', bytes: 'bb0003000100047e' });
    expect(lines[1]).toMatchObject({
      direction: 'in',
      protocol: 'm100',
      text: expect.stringContaining('M100'),
    });
    expect(lines.at(-1).counters).toMatchObject({ badChecks: 0, discardedBytes: 0 });
  });

  test('a port that goes away is an error after the counters', async () => {
    const bench = nmea();
    const io = capturedIo();
    const running = runMonitor({ port, protocol: 'nmea' }, io, bench.tools);
    const outcome = running.catch((error: unknown) => error);
    await bench.time.pass(1500);
    bench.port.unplug();
    expect(await outcome).toMatchObject({ code: 'PORT_CLOSED' });
    expect(io.outLines.at(-1)).toContain('frames');
  });

  test('needs a protocol or --raw, and a question for --poll', async () => {
    for (const options of [{}, { protocol: 'nmea', poll: true }, { raw: true, poll: true }]) {
      await expect(runMonitor({ port, ...options }, capturedIo(), nmea().tools)).rejects.toMatchObject({
        code: 'WRONG_USE',
      });
    }
  });
});

describe('coldgate record', () => {
  test('writes what came until Ctrl-C, over an unplug', async () => {
    const output = join(folder, 'truck.tap');
    const time = portBench((fake) => new NmeaSimulator({ timers: fake, clock: fake }), 4800);
    const io = capturedIo();
    const running = runRecord({ port, output, baud: '4800' }, io, time.tools);
    await time.time.pass(2500);
    time.port.unplug();
    await time.time.pass(3000);
    time.port.plugIn(new NmeaSimulator({ timers: time.time, clock: time.time }));
    await time.time.pass(3000);
    time.ctrlC();
    await time.time.pass(0);
    expect(await running).toBe(0);
    const tap = parseTap(readFileSync(output, 'latin1'));
    expect(tap).toMatchObject({ kind: 'tap', header: { port, line: '4800 8N1' }, isCut: false });
    const kinds = tap.kind === 'tap' ? tap.entries.map(({ kind }) => kind) : [];
    expect(kinds.filter((kind) => kind !== 'in')).toEqual(['open', 'close', 'open', 'close']);
    expect(kinds.filter((kind) => kind === 'in').length).toBeGreaterThan(6);
    expect(time.port.openTransports).toBe(0);
    expect(time.port.written.flat()).toEqual([]);
  });

  test('overwrites nothing without --force', async () => {
    const output = join(folder, 'truck.tap');
    writeFileSync(output, 'precious');
    const refused = runRecord({ port, output }, capturedIo(), nmea().tools);
    await expect(refused).rejects.toMatchObject({ code: 'WOULD_OVERWRITE' });
    expect(readFileSync(output, 'utf8')).toBe('precious');
  });

  test('leaves no file when the port cannot be opened', async () => {
    const output = join(folder, 'truck.tap');
    const bench = nmea();
    bench.port.unplug();
    await expect(runRecord({ port, output }, capturedIo(), bench.tools)).rejects.toMatchObject({
      code: 'PORT_ABSENT',
    });
    expect(existsSync(output)).toBe(false);
  });
});
