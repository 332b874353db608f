import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeviceCounters, type DeviceLink, newCounters } from '../../../firmware-bridge/device.js';
import { encodeReadReply, type ReadRequest } from '../../../firmware-bridge/modbus/frame.js';
import { ModbusMaster, timingOf } from '../../../firmware-bridge/modbus/master.js';
import { FakeTime } from '../fake-time.js';

interface Bench {
  readonly time: FakeTime;
  readonly master: ModbusMaster;
  readonly counters: DeviceCounters;
  readonly faults: string[];
  readonly written: Uint8Array[];
}

type Slave = (
  request: { start: number; quantity: number },
  reply: (bytes: Uint8Array, delayMs: number) => void,
) => void;

function bench(slave: Slave, replyTimeoutMs = 200): Bench {
  const time = new FakeTime();
  const counters = newCounters();
  const faults: string[] = [];
  const written: Uint8Array[] = [];
  const link: DeviceLink = {
    isBehind: () => false,
    clock: time,
    timers: time,
    counters,
    write: (bytes) => {
      written.push(bytes);
      const [, , high = 0, low = 0, , quantity = 0] = bytes;
      slave({ start: (high << 8) | low, quantity }, (reply, delayMs) => {
        time.after(delayMs, () => master.onBytes(reply));
      });
    },
    frameSeen: () => undefined,
    fault: (reason) => faults.push(reason),
    emit: () => undefined,
  };
  const master = new ModbusMaster(link, timingOf(replyTimeoutMs));
  return { time, master, counters, faults, written };
}

function registerRead(start: number): ReadRequest {
  return { unit: 1, functionCode: 4, start, quantity: 1 };
}

/** Register n holds 1000 + n, so a value tells which register it came from. */
const registerValue = (start: number): number => 1000 + start;

async function read({ master, time }: Bench, request: ReadRequest) {
  let outcome: Awaited<ReturnType<ModbusMaster['read']>> | undefined;
  void master.read(request).then((result) => {
    outcome = result;
  });
  for (let step = 0; outcome === undefined && step < 2000; step += 1) await time.pass(5);
  if (outcome === undefined) throw new Error('the master never answered');
  return outcome;
}

describe('Modbus master', () => {
  it('never takes a late reply for the value of another register', async () => {
    let requests = 0;
    const late = bench(({ start }, reply) => {
      requests += 1;
      // The first reply comes 300 ms late, behind a timeout of 200 ms.
      reply(encodeReadReply(1, 4, [registerValue(start)]), requests === 1 ? 500 : 10);
    });
    const seen: string[] = [];
    for (const start of [1, 2, 1, 2, 1, 2]) {
      const outcome = await read(late, registerRead(start));
      if (outcome.kind === 'registers') expect(outcome.registers).toEqual([registerValue(start)]);
      seen.push(outcome.kind);
    }
    expect(seen).toEqual(['timeout', ...Array(5).fill('registers')]);
    expect(late.counters.discardedBytes).toBe(7);
  });

  it('gives only right values whatever the latencies up to the end of the quarantine', async () => {
    const latency = fc.oneof(fc.integer({ min: 1, max: 190 }), fc.integer({ min: 201, max: 1190 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), latency), { minLength: 2, maxLength: 12 }),
        async (plan) => {
          const delays = plan.map(([, delayMs]) => delayMs);
          const bus = bench(({ start }, reply) =>
            reply(encodeReadReply(1, 4, [registerValue(start)]), delays.shift() ?? 1),
          );
          for (const [start, delayMs] of plan) {
            const outcome = await read(bus, registerRead(start));
            expect(outcome).toMatchObject(
              delayMs <= 200 ? { kind: 'registers', registers: [registerValue(start)] } : { kind: 'timeout' },
            );
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('asks nothing while the line is not quiet, and gives up when it never is', async () => {
    const bus = bench(() => undefined);
    const chatter = (): void => {
      bus.master.onBytes(Uint8Array.of(0x55));
      bus.time.after(10, chatter);
    };
    chatter();
    expect(await read(bus, registerRead(1))).toEqual({ kind: 'never-quiet' });
    expect(bus.written).toEqual([]);
  });

  it('finds the reply behind noise and in any chunks', async () => {
    const bus = bench(({ start }, reply) => {
      const bytes = Uint8Array.of(0x01, 0x04, 0xff, 0x01, ...encodeReadReply(1, 4, [registerValue(start)]));
      for (const [index, byte] of bytes.entries()) reply(Uint8Array.of(byte), 10 + index);
    });
    expect(await read(bus, registerRead(7))).toMatchObject({ kind: 'registers', registers: [1007] });
  });

  it('a damaged reply is a timeout and a bad check, never a value', async () => {
    const bus = bench((_request, reply) => {
      const bytes = encodeReadReply(1, 4, [305]);
      bytes[3] = 0x7f;
      reply(bytes, 10);
    });
    expect(await read(bus, registerRead(1))).toEqual({ kind: 'timeout' });
    expect(bus.counters).toMatchObject({ badChecks: 1, timeouts: 1, frames: 0 });
  });

  it('refuses a second question while one is open', async () => {
    const bus = bench(() => undefined);
    const first = read(bus, registerRead(1));
    await expect(bus.master.read(registerRead(2))).rejects.toMatchObject({ code: 'BUS_IN_USE' });
    expect(await first).toEqual({ kind: 'timeout' });
  });

  it('ends an open question when it is stopped', async () => {
    const bus = bench(() => undefined);
    const open = read(bus, registerRead(1));
    await bus.time.pass(50);
    bus.master.stop();
    expect(await open).toEqual({ kind: 'stopped' });
    await bus.time.pass(5000);
    expect(bus.time.waiting).toBe(0);
  });
});
