import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../firmware-bridge/clock.js';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { type GpiodMajor, getCall, monitorCall } from '../../../firmware-bridge/gpio/gpiod-tools.js';
import { openGpiomon } from '../../../firmware-bridge/gpio/gpiomon-transport.js';
import { type GpioDoorOptions, startGpioDoor } from '../../../firmware-bridge/gpio/start-gpio-door.js';
import { eventually } from '../eventually.js';
import { Observed } from '../observed.js';
import { hasProgram } from '../peer-program.js';
import { FakeGpiod } from './fake-gpiod.js';

const path = process.env.PATH ?? '';
const running: DeviceHandle[] = [];
const installed: FakeGpiod[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
  for (const fake of installed.splice(0)) await fake.remove();
  process.env.PATH = path;
});

async function door(version: string, overrides: Partial<GpioDoorOptions> = {}) {
  const gpiod = await FakeGpiod.install(version);
  installed.push(gpiod);
  process.env.PATH = `${gpiod.folder}${delimiter}${path}`;
  const observed = new Observed();
  const handle = startGpioDoor({
    id: 'rear-contact',
    sensorId: 'rear-door',
    line: 17,
    clock: systemClock,
    sink: observed.sink,
    ...overrides,
  });
  running.push(handle);
  const states = () => observed.all.flatMap((one) => (one.kind === 'door' ? [one.isOpen] : []));
  return { gpiod, observed, handle, states };
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The fake monitor has taken the line and looks at its level. */
async function isWatched(gpiod: FakeGpiod): Promise<void> {
  for (let turn = 0; turn < 500 && !isAlive(await gpiod.holder()); turn += 1) await sleep(10);
  await sleep(30);
}

const versions = [
  ['1.6.3', 'Debian 12'],
  ['2.2.1', 'Debian 13'],
] as const;

describe.each(versions)('a door over gpiod %s (%s)', (version) => {
  it('reads the level, follows the edges and ends its monitor when it is closed', async () => {
    const { gpiod, observed, handle, states } = await door(version);
    await eventually('the first state', () => states().length === 1);
    expect(observed.conditionsOf('rear-contact').at(-1)?.reason).toContain(
      'gpiochip0 [fake-label] (58 lines)',
    );
    await isWatched(gpiod);
    await gpiod.setLevel(1);
    await eventually('open', () => states().at(-1) === true);
    // The reading that checks an edge: the line is free for gpioget, and watched again after it.
    await eventually('two readings', () => handle.counters().frames >= 4);
    await isWatched(gpiod);
    await gpiod.setLevel(0);
    await eventually('shut', () => states().at(-1) === false);
    expect(states()).toEqual([false, true, false]);
    expect(handle.counters()).toMatchObject({ discardedBytes: 0, timeouts: 0 });
    const holder = await gpiod.holder();
    await handle.close();
    expect(isAlive(holder)).toBe(false);
  });

  it('sets the bias that is configured, in both programs', async () => {
    const { gpiod, states } = await door(version, { bias: 'pull-up' });
    await eventually('the first state', () => states().length === 1);
    await isWatched(gpiod);
    const calls = (await gpiod.calls()).filter((call) => /^gpio(get|mon) .*17$/.test(call));
    expect(calls.length).toBeGreaterThanOrEqual(2);
    for (const call of calls) expect(call).toMatch(/--bias[= ]pull-up/);
  });

  it('a monitor that ends is an absent port with its own words, and comes back', async () => {
    const { gpiod, observed, handle, states } = await door(version);
    await eventually('the first state', () => states().length === 1);
    await isWatched(gpiod);
    await gpiod.breakMonitor();
    await eventually('absent', () => observed.conditions('rear-contact').includes('absent'));
    expect(
      observed.conditionsOf('rear-contact').find(({ condition }) => condition === 'absent')?.reason,
    ).toContain('Input/output error');
    await gpiod.repair();
    await eventually('ready again', () => handle.state() === 'ready' && states().length > 1);
  });
});

describe('gpiod that cannot be used', () => {
  it('without gpiod the port is absent and the hint names the package', async () => {
    process.env.PATH = '/nonexistent';
    await expect(openGpiomon({ line: 17 })()).rejects.toMatchObject({
      code: 'PORT_ABSENT',
      hint: 'Install it: apt-get install gpiod.',
    });
  });

  it('an unknown chip is absent, and those that are there are named', async () => {
    const { observed } = await door('2.2.1', { chip: 'gpiochip4' });
    await eventually('absent', () => observed.conditions('rear-contact').includes('absent'));
    expect(observed.conditionsOf('rear-contact').at(-1)?.reason).toContain('gpiochip1 [other] (8 lines)');
  });

  it('a line that is not there, or is held by another program, says so', async () => {
    const { observed } = await door('1.6.3', { line: 18 });
    await eventually('absent', () => observed.conditions('rear-contact').includes('absent'));
    expect(observed.conditionsOf('rear-contact').at(-1)?.reason).toContain('No such file or directory');
  });

  it.each(['3.0.0', '0.3'])('version %s is refused: its options are not known', async (version) => {
    const { observed } = await door(version);
    await eventually('faulted', () => observed.conditions('rear-contact').includes('faulted'));
    expect(observed.conditionsOf('rear-contact').at(-1)?.reason).toContain(`v${version}`);
  });
});

describe.skipIf(!hasProgram('gpiomon', 'gpiod'))('the real gpiod of this machine', () => {
  const major: GpiodMajor = /libgpiod\) v1/.test(
    spawnSync('gpiomon', ['--version'], { encoding: 'utf8' }).stdout,
  )
    ? 1
    : 2;
  const line = { line: 17, bias: 'disabled' } as const;

  it.each([getCall(major, line), monitorCall(major, line)])(
    'knows every option of $program',
    ({ program, args }) => {
      const { stdout } = spawnSync(program, ['--help'], { encoding: 'utf8' });
      const options = args.filter((text) => text.startsWith('--')).map((text) => text.split('=')[0] ?? '');
      expect(options.length).toBeGreaterThan(0);
      for (const option of options) expect(stdout).toContain(option);
    },
  );

  it('refuses a chip that is not there in the way that is expected', async () => {
    await expect(openGpiomon({ chip: 'gpiochip99', line: 17 })()).rejects.toMatchObject({
      code: 'PORT_ABSENT',
    });
  });
});
