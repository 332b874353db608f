import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openTransport } from '../../../firmware-bridge/transport/open-transport.js';
import { refuseAmbiguousPort } from '../../../firmware-bridge/transport/port-identity.js';
import { parseTcpAddress } from '../../../firmware-bridge/transport/tcp-transport.js';
import { eventually } from '../eventually.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listening(onSocket: (socket: Socket) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    cleanups.push(() => socket.destroy());
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server, url: `tcp://127.0.0.1:${port}` };
}

describe('opening a port', () => {
  it.each([
    ['tcp://127.0.0.1:4001', { host: '127.0.0.1', port: 4001 }],
    ['tcp://[::1]:4001', { host: '::1', port: 4001 }],
    ['tcp://serial-server.local:1', { host: 'serial-server.local', port: 1 }],
  ])('%s is an address', (text, address) => {
    expect(parseTcpAddress(text)).toEqual(address);
  });

  it.each([
    '',
    'ttyUSB0',
    'tcp://host',
    'tcp://host:0',
    'tcp://host:70000',
    'tcp://host:1/x',
    'http://host:1',
  ])('"%s" is refused as no port', (text) => {
    expect(() => openTransport(text, { baudRate: 9600 })).toThrow(
      expect.objectContaining({ code: 'PORT_ADDRESS' }),
    );
  });

  it('a path that does not exist is absent, with a hint', async () => {
    const open = openTransport('/dev/serial/by-id/no-such-adapter', { baudRate: 9600 });
    await expect(open()).rejects.toMatchObject({
      code: 'PORT_ABSENT',
      hint: expect.stringContaining('by-id'),
    });
  });

  it('a file that is no tty is a failed port', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coldgate-port-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'file'), 'x');
    await expect(openTransport(join(folder, 'file'), { baudRate: 9600 })()).rejects.toMatchObject({
      code: 'PORT_FAILED',
    });
  });

  it('an address where nobody listens is absent', async () => {
    const { server, url } = await listening(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    await expect(openTransport(url, { baudRate: 9600 })()).rejects.toMatchObject({ code: 'PORT_ABSENT' });
  });

  it('an aborted open is given up', async () => {
    const { url } = await listening(() => undefined);
    await expect(openTransport(url, { baudRate: 9600 })(AbortSignal.abort())).rejects.toMatchObject({
      code: 'PORT_ABSENT',
    });
  });

  it('bytes go both ways, and a peer that goes is told once', async () => {
    const got: number[] = [];
    let peer: Socket | undefined;
    const { url } = await listening((socket) => {
      peer = socket;
      socket.on('data', (chunk) => socket.write(chunk));
    });
    const transport = await openTransport(url, { baudRate: 9600 })();
    const reasons: string[] = [];
    transport.onData((bytes) => got.push(...bytes));
    transport.onClose((reason) => reasons.push(reason));
    await transport.write(Uint8Array.of(1, 2, 3));
    await eventually('the echo', () => got.length === 3);
    expect(got).toEqual([1, 2, 3]);
    peer?.destroy();
    await eventually('the close', () => reasons.length > 0);
    await transport.close();
    expect(reasons).toHaveLength(1);
    await expect(transport.write(Uint8Array.of(4))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
  });

  it('a port that was closed takes no more bytes and says nothing more', async () => {
    const { url } = await listening((socket) => socket.on('data', (chunk) => socket.write(chunk)));
    const transport = await openTransport(url, { baudRate: 9600 })();
    const reasons: string[] = [];
    transport.onClose((reason) => reasons.push(reason));
    transport.onData(() => undefined);
    await Promise.all([transport.close(), transport.close()]);
    await expect(transport.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    expect(reasons).toEqual([]);
  });

  it('the last command still leaves when the port is closed right after it', async () => {
    const got: number[] = [];
    const { url } = await listening((socket) => socket.on('data', (chunk) => got.push(...chunk)));
    const transport = await openTransport(url, { baudRate: 9600 })();
    void transport.write(Uint8Array.of(9, 8, 7));
    await transport.close();
    await eventually('the last command', () => got.length === 3);
  });

  it('a peer that takes no bytes stalls the port instead of filling memory', async () => {
    const { url } = await listening((socket) => socket.pause());
    const transport = await openTransport(url, { baudRate: 9600 })();
    cleanups.push(() => transport.close());
    const chunk = new Uint8Array(1 << 20);
    let refusal: unknown;
    for (let round = 0; round < 64 && refusal === undefined; round += 1) {
      transport.write(chunk).catch((error: unknown) => {
        refusal = error;
      });
      await Promise.resolve();
    }
    expect(refusal).toMatchObject({ code: 'PORT_STALLED' });
  });
});

interface Adapter {
  readonly tty: string;
  readonly usb: string;
  readonly serial?: string;
}

/** A sysfs tree as the kernel lays it out for ttyUSB ports. */
async function sysfs(adapters: readonly Adapter[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'coldgate-sysfs-'));
  cleanups.push(() => rm(root, { recursive: true }));
  const classPath = join(root, 'class');
  for (const { tty, usb, serial } of adapters) {
    const device = join(root, 'devices', usb);
    const port = join(device, `${usb}:1.0`, tty);
    await mkdir(port, { recursive: true });
    await mkdir(join(classPath, tty), { recursive: true });
    await symlink(port, join(classPath, tty, 'device'));
    await writeFile(join(device, 'idVendor'), '1a86\n');
    await writeFile(join(device, 'idProduct'), '7523\n');
    if (serial !== undefined) await writeFile(join(device, 'serial'), `${serial}\n`);
  }
  return classPath;
}

describe('two adapters without serial numbers', () => {
  const twins = [
    { tty: 'ttyUSB0', usb: '1-1.1' },
    { tty: 'ttyUSB1', usb: '1-1.2' },
  ];

  it.each(['/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0', '/dev/ttyUSB0'])(
    'are refused under %s, with the way out',
    async (path) => {
      await expect(refuseAmbiguousPort(path, '/dev/ttyUSB0', await sysfs(twins))).rejects.toMatchObject({
        code: 'PORT_AMBIGUOUS',
        message: expect.stringContaining('ttyUSB1'),
        hint: expect.stringContaining('by-path'),
      });
    },
  );

  it('are told apart by the socket they are in', async () => {
    const path = '/dev/serial/by-path/platform-fd500000.pcie-usb-0:1.1:1.0-port0';
    await expect(refuseAmbiguousPort(path, '/dev/ttyUSB0', await sysfs(twins))).resolves.toBeUndefined();
  });

  it.each([
    ['one adapter alone', [{ tty: 'ttyUSB0', usb: '1-1.1' }]],
    [
      'two ports of one adapter',
      [
        { tty: 'ttyUSB0', usb: '1-1.1' },
        { tty: 'ttyUSB1', usb: '1-1.1' },
      ],
    ],
    [
      'two adapters with serial numbers',
      [
        { tty: 'ttyUSB0', usb: '1-1.1', serial: 'A1' },
        { tty: 'ttyUSB1', usb: '1-1.2', serial: 'A2' },
      ],
    ],
    ['a port that is no USB adapter', []],
  ])('%s is not ambiguous', async (_name, adapters) => {
    const classPath = await sysfs(adapters);
    await expect(refuseAmbiguousPort('/dev/ttyUSB0', '/dev/ttyUSB0', classPath)).resolves.toBeUndefined();
  });
});
