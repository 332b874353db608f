// Puts a virtual device behind a real port: a TCP port of this machine, or a tty made by socat.
// One host at a time, as on a cable; a second one takes the first one's place.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rm, symlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BridgeError, messageOf } from '../bridge-error.js';
import type { SimulatedDevice } from './simulated-device.js';

export interface SimulatedPort {
  /** What to write into the configuration: tcp://127.0.0.1:PORT or a path. */
  readonly port: string;
  /** Pulls the cable: the port goes away. */
  unplug(): Promise<void>;
  /**
   * Puts it back under the same name. A tty may come back as another one behind that name, as a USB adapter does:
   * `as` is the file name beside the link, like ttyUSB1. TCP has no such name.
   */
  plugIn(as?: string): Promise<void>;
  close(): Promise<void>;
}

/** Serves a device on 127.0.0.1. Port 0 takes a free one. Rejects with BridgeError SIMULATOR_FAILED. */
export async function serveOverTcp(device: SimulatedDevice, port = 0): Promise<SimulatedPort> {
  const cable = new TcpCable(device);
  const taken = await cable.listen(port);
  const unplug = (): Promise<void> => cable.unplug();
  return {
    port: `tcp://127.0.0.1:${taken}`,
    unplug,
    plugIn: async () => void (await cable.listen(taken)),
    close: async () => {
      await unplug();
      device.stop();
    },
  };
}

class TcpCable {
  readonly #device: SimulatedDevice;
  #server: Server | undefined;
  #host: Socket | undefined;

  constructor(device: SimulatedDevice) {
    this.#device = device;
  }

  async listen(port: number): Promise<number> {
    const server = createServer((socket) => this.#connect(socket));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening').catch((error: unknown) => {
      throw failure(`port ${port}: ${messageOf(error)}`, 'Choose another port.', error);
    });
    this.#server = server;
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#device.attach(undefined);
    this.#host?.destroy();
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  #connect(socket: Socket): void {
    this.#host?.destroy();
    this.#host = socket;
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => this.#device.receive(bytes));
    socket.on('close', () => {
      if (this.#host !== socket) return;
      this.#host = undefined;
      this.#device.attach(undefined);
    });
    this.#device.attach((bytes) => {
      if (socket.writable) socket.write(bytes);
    });
  }
}

/** socat makes the tty and ends with it: the kernel hangs the tty up as it does when a USB adapter goes. */
const ttyDeadlineMs = 5000;

/** Serves a device on a tty with the path `link`. Needs socat. Rejects with BridgeError SIMULATOR_FAILED. */
export async function serveOverTty(device: SimulatedDevice, link: string): Promise<SimulatedPort> {
  const tcp = await serveOverTcp(device);
  const [, address = ''] = tcp.port.split('tcp://');
  let socat: ChildProcess | undefined;
  let holder: FileHandle | undefined;
  let ttyName: string | undefined;
  const plugIn = async (as?: string): Promise<void> => {
    const name = as === basename(link) ? undefined : as;
    socat = await startSocat(name === undefined ? link : join(dirname(link), name), address);
    // The stable name leads to whatever name the tty has now.
    if (name !== undefined) await symlink(name, link);
    ttyName = name;
    // socat ends when the last user of the tty closes it; a cable stays.
    holder = await open(link, constants.O_RDWR | constants.O_NOCTTY);
  };
  const unplug = async (): Promise<void> => {
    await holder?.close();
    holder = undefined;
    if (ttyName !== undefined) await rm(link, { force: true });
    ttyName = undefined;
    const child = socat;
    socat = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const close = async (): Promise<void> => {
    await unplug();
    await tcp.close();
  };
  await plugIn().catch(async (error: unknown) => {
    await tcp.close();
    throw error;
  });
  return { port: link, unplug, plugIn, close };
}

async function startSocat(link: string, address: string): Promise<ChildProcess> {
  const child = spawn('socat', [`PTY,raw,echo=0,link=${link}`, `TCP4:${address}`], { stdio: 'ignore' });
  let trouble: unknown;
  child.once('error', (error) => {
    trouble = error;
  });
  child.once('exit', (code) => {
    trouble ??= new Error(`socat ended with code ${code}`);
  });
  const deadline = Date.now() + ttyDeadlineMs;
  while (trouble === undefined && Date.now() < deadline) {
    const isThere = await lstat(link).then(
      () => true,
      () => false,
    );
    if (isThere) return child;
    await sleep(20);
  }
  child.kill('SIGTERM');
  throw failure(`no tty at ${link}: ${messageOf(trouble ?? 'too slow')}`, 'Install socat.', trouble);
}

function failure(message: string, hint: string, cause: unknown): BridgeError {
  return new BridgeError('SIMULATOR_FAILED', message, hint, cause);
}
