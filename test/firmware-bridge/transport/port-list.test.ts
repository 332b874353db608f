import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listHardware } from '../../../firmware-bridge/transport/port-list.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldgate-ports-'));
  await mkdir(join(root, 'dev/serial/by-id'), { recursive: true });
  await mkdir(join(root, 'dev/serial/by-path'), { recursive: true });
  await mkdir(join(root, 'lock'));
});
afterEach(() => rm(root, { recursive: true }));

const list = () =>
  listHardware({ sys: join(root, 'sys'), dev: join(root, 'dev'), lockFolders: [join(root, 'lock')] });

async function usbTty(tty: string, socket: string, ids: string, serial?: string): Promise<void> {
  const device = join(root, 'sys/devices', socket);
  const port = join(device, `${socket}:1.0`, tty);
  const classPath = join(root, 'sys/class/tty', tty);
  await mkdir(port, { recursive: true });
  await mkdir(classPath, { recursive: true });
  await symlink(port, join(classPath, 'device'));
  const [vendor = '', product = ''] = ids.split(':');
  await writeFile(join(device, 'idVendor'), `${vendor}\n`);
  await writeFile(join(device, 'idProduct'), `${product}\n`);
  if (serial !== undefined) await writeFile(join(device, 'serial'), `${serial}\n`);
  await writeFile(join(root, 'dev', tty), '');
  await symlink(`../../${tty}`, join(root, 'dev/serial/by-path', `usb-${socket}`));
  await symlink(`../../${tty}`, join(root, 'dev/serial/by-id', `usb-${ids}-${serial ?? tty}`));
}

async function chipTty(tty: string, type?: string): Promise<void> {
  const classPath = join(root, 'sys/class/tty', tty);
  await mkdir(classPath, { recursive: true });
  await mkdir(join(root, 'sys/devices', tty), { recursive: true });
  await symlink(join(root, 'sys/devices', tty), join(classPath, 'device'));
  if (type !== undefined) await writeFile(join(classPath, 'type'), `${type}\n`);
  await writeFile(join(root, 'dev', tty), '');
}

describe('what is plugged in', () => {
  it('is nothing on a machine without ports', async () => {
    expect(await list()).toEqual({ ports: [], oneWireProbes: [] });
  });

  it('an adapter with a serial number is named by its id, with candidates by its chip', async () => {
    await usbTty('ttyUSB0', '1-1.1', '10c4:ea60', 'A1');
    const { ports } = await list();
    expect(ports).toHaveLength(1);
    expect(ports[0]).toMatchObject({
      path: join(root, 'dev/serial/by-id/usb-10c4:ea60-A1'),
      name: 'ttyUSB0',
      usb: { vendorId: '10c4', productId: 'ea60', serial: 'A1' },
      chip: expect.stringContaining('CP210x'),
      candidates: expect.arrayContaining(['chafon']),
      twins: [],
      heldByPid: undefined,
      mayOpen: true,
    });
  });

  it('twins are marked and named by their socket', async () => {
    await usbTty('ttyUSB0', '1-1.1', '1a86:7523');
    await usbTty('ttyUSB1', '1-1.2', '1a86:7523');
    const { ports } = await list();
    expect(ports.map(({ path, twins }) => ({ path, twins }))).toEqual([
      { path: join(root, 'dev/serial/by-path/usb-1-1.1'), twins: ['ttyUSB1'] },
      { path: join(root, 'dev/serial/by-path/usb-1-1.2'), twins: ['ttyUSB0'] },
    ]);
  });

  it('a UART is listed where a chip is behind it, an empty place and a console are not', async () => {
    await chipTty('ttyAMA0');
    await chipTty('ttyS0', '4');
    await chipTty('ttyS1', '0');
    await mkdir(join(root, 'sys/class/tty/tty1'));
    expect((await list()).ports.map(({ name }) => name)).toEqual(['ttyAMA0', 'ttyS0']);
  });

  it('a port in use tells who has it', async () => {
    await chipTty('ttyAMA0');
    await writeFile(join(root, 'lock/LCK..ttyAMA0'), `${String(process.ppid).padStart(10)}\n`);
    expect((await list()).ports[0]?.heldByPid).toBe(process.ppid);
  });

  it('1-Wire thermometers are listed, their master and other chips are not', async () => {
    for (const name of ['28-0416a27c9dff', '28-000005e2fdc3', 'w1_bus_master1', '10-000802824e58']) {
      await mkdir(join(root, 'sys/bus/w1/devices', name), { recursive: true });
    }
    expect((await list()).oneWireProbes).toEqual(['28-000005e2fdc3', '28-0416a27c9dff']);
  });
});
