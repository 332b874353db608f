import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeviceHandle, newCounters } from '../../../firmware-bridge/device.js';
import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import {
  decodeRequest,
  maxContactLineBytes,
  tryContactLine,
} from '../../../firmware-bridge/gpio/contact-line.js';
import { type GpioDoorOptions, startGpioDoor } from '../../../firmware-bridge/gpio/start-gpio-door.js';
import type { DoorObservation } from '../../../firmware-bridge/observation.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const encoder = new TextEncoder();

/** A contact behind the lines that the transport makes of gpiod's programs. */
class Contact implements SimulatedDevice {
  isStuck = false;
  isMute = false;
  isHigh = false;
  chip = 'gpiochip0 [pinctrl-bcm2711] (58 lines)';
  reads = 0;
  #send: ((bytes: Uint8Array) => void) | undefined;

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    const request = decodeRequest(bytes);
    if (request === 'chip') this.print(`chip ${this.chip}`);
    if (request !== 'level') return;
    this.reads += 1;
    this.print(`level ${this.isHigh ? 1 : 0}`);
  }

  stop(): void {
    this.#send = undefined;
  }

  /** The level changes and the kernel tells it. */
  edge(isHigh: boolean): void {
    this.isHigh = isHigh;
    this.print(`edge ${isHigh ? 'rising' : 'falling'}`);
  }

  print(line: string): void {
    if (!this.isMute) this.#send?.(encoder.encode(`${line}\n`));
  }
}

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

async function door(overrides: Partial<GpioDoorOptions> = {}, contact = new Contact()) {
  const time = new FakeTime();
  const port = new MemoryPort(contact);
  const observed = new Observed();
  const handle = startGpioDoor({
    id: 'rear-contact',
    sensorId: 'rear-door',
    line: 17,
    open: port.open,
    clock: time,
    timers: time,
    random: () => 0.5,
    sink: observed.sink,
    ...overrides,
  });
  running.push(handle);
  await time.pass(100);
  const doors = () => observed.all.filter((one): one is DoorObservation => one.kind === 'door');
  const states = () => doors().map(({ isOpen }) => isOpen);
  return { time, contact, port, observed, handle, doors, states };
}

describe('door contact at a GPIO line', () => {
  it('tells the state at the start, and again once a minute from a fresh reading', async () => {
    const { time, contact, observed, handle, doors } = await door();
    expect(handle.state()).toBe('ready');
    expect(observed.conditionsOf('rear-contact').at(-1)?.reason).toContain('pinctrl-bcm2711');
    expect(doors()).toEqual([
      { kind: 'door', sensorId: 'rear-door', at: expect.anything(), isOpen: false, quality: 'good' },
    ]);
    await time.pass(10 * 60_000);
    expect(doors()).toHaveLength(11);
    expect(contact.reads).toBe(11);
    expect(observed.conditions('rear-contact')).toEqual(['opening', 'settling', 'identifying', 'ready']);
  });

  it('tells each settled edge once, with the time at which it began', async () => {
    const { time, contact, doors, states } = await door();
    const openedMs = time.uptimeMs;
    contact.edge(true);
    for (let bounce = 0; bounce < 5; bounce += 1) {
      await time.pass(10);
      contact.edge(false);
      contact.edge(true);
    }
    await time.pass(20_000);
    contact.edge(false);
    await time.pass(20_000);
    expect(states()).toEqual([false, true, false]);
    expect(doors()[1]?.at.uptimeMs).toBe(openedMs);
  });

  it('bounce that ends where it began is no opening', async () => {
    const { time, contact, states } = await door();
    contact.edge(true);
    await time.pass(30);
    contact.edge(false);
    await time.pass(5000);
    expect(states()).toEqual([false]);
  });

  it('an edge that the kernel lost is found by the reading a second later', async () => {
    const { time, contact, states } = await door();
    contact.edge(true);
    await time.pass(100);
    // The door fell shut while the line was not watched.
    contact.isHigh = false;
    await time.pass(2000);
    expect(states()).toEqual([false, true, false]);
  });

  it('an opening that nobody reported is found by the next repetition', async () => {
    const { time, contact, states } = await door();
    contact.isHigh = true;
    await time.pass(61_000);
    expect(states()).toEqual([false, true]);
  });

  it('a contact that chatters for ever is read instead of waited for', async () => {
    const { time, contact, states } = await door();
    contact.isHigh = true;
    for (let turn = 0; turn < 200; turn += 1) {
      contact.print(turn % 2 === 0 ? 'edge rising' : 'edge falling');
      await time.pass(20);
    }
    expect(states()).toEqual([false, true]);
    expect(contact.reads).toBeLessThan(10);
  });

  it('isOpenWhenHigh false turns the meaning around', async () => {
    const { time, contact, states } = await door({ isOpenWhenHigh: false });
    contact.edge(true);
    await time.pass(1000);
    expect(states()).toEqual([true, false]);
  });

  it('a level that does not come is a fault and a timeout, and the contact comes back', async () => {
    const { time, contact, observed, handle, states } = await door();
    contact.isMute = true;
    await time.pass(75_000);
    expect(observed.conditions('rear-contact')).toContain('faulted');
    expect(handle.counters().timeouts).toBeGreaterThan(0);
    contact.isMute = false;
    contact.isHigh = true;
    await time.pass(60_000);
    expect(handle.state()).toBe('ready');
    expect(states().at(-1)).toBe(true);
  });

  it('a chip with another label is told: kernels number their chips anew', async () => {
    const { time, contact, port, observed } = await door();
    port.unplug();
    contact.chip = 'gpiochip0 [pinctrl-rp1] (54 lines)';
    port.plugIn(contact);
    await time.pass(10_000);
    expect(observed.conditions('rear-contact')).toContain('device-changed');
  });

  it('no timer outlives the handle', async () => {
    const { time, contact, handle } = await door();
    contact.edge(true);
    await time.pass(100);
    await handle.close();
    await time.pass(60_000);
    expect(time.waiting).toBe(0);
  });

  it.each([
    [{ debounceMs: -1 }],
    [{ debounceMs: 5001 }],
    [{ repeatMs: 999 }],
    [{ line: -1 }],
    [{ line: 1.5 }],
    [{ line: 512 }],
    [{ chip: '--help' }],
    [{ chip: '../mem' }],
  ])('refuses %j', async (overrides) => {
    await expect(door(overrides)).rejects.toThrow(expect.objectContaining({ code: 'READER_CONFIG' }));
  });
});

describe('lines of a contact', () => {
  it.each([
    'edge 2',
    'edge',
    'level',
    'level 2',
    'level active',
    'chip ',
    'chip \x01',
    'constructor',
    ' edge 1',
  ])('"%s" is none: gpiomon 1 and 2 number their edges differently', (line) => {
    const counters = newCounters();
    const scanner = new Scanner(tryContactLine, maxContactLineBytes, counters);
    expect(scanner.push(encoder.encode(`${line}\n`))).toEqual([]);
    expect(counters.discardedBytes).toBe(line.length + 1);
  });

  it('any chunking gives the same lines, and nothing throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('edge rising', 'edge 0', 'level 1', 'chip x'), fc.string())),
        fc.integer({ min: 1, max: 40 }),
        (texts, size) => {
          const bytes = encoder.encode(texts.map((text) => `${text}\n`).join(''));
          const whole = new Scanner(tryContactLine, maxContactLineBytes, newCounters()).push(bytes);
          const scanner = new Scanner(tryContactLine, maxContactLineBytes, newCounters());
          const parts = [];
          for (let start = 0; start < bytes.length; start += size) {
            parts.push(...scanner.push(bytes.subarray(start, start + size)));
            expect(scanner.pendingBytes).toBeLessThan(maxContactLineBytes);
          }
          expect(parts).toEqual(whole);
        },
      ),
    );
  });
});
