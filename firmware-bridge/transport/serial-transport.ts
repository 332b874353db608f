// A Transport over a tty. The only file that knows @serialport; its parsers are not used (they check nothing).
// One new port object per connection: an old one sends its queued bytes to whatever device comes next.

import { access, realpath } from 'node:fs/promises';
import { autoDetect } from '@serialport/bindings-cpp';
import { SerialPortStream } from '@serialport/stream';
import { BridgeError, type BridgeErrorCode, messageOf } from '../bridge-error.js';
import { refuseAmbiguousPort } from './port-identity.js';
import { lockPort } from './port-lock.js';
import { streamTransport } from './stream-transport.js';
import type { Transport } from './transport.js';

export interface SerialSettings {
  /** Bits per second, as the device's manual says; never guessed. */
  readonly baudRate: number;
  readonly parity?: 'none' | 'even' | 'odd';
  readonly dataBits?: 7 | 8;
  readonly stopBits?: 1 | 2;
  /** Where lock files go. Default: /run/lock, else /var/lock. */
  readonly lockFolders?: readonly string[];
}

/** Opens a tty once. Rejects with BridgeError PORT_ABSENT, PORT_LOCKED, PORT_DENIED, PORT_AMBIGUOUS or PORT_FAILED. */
export async function openSerial(
  path: string,
  settings: SerialSettings,
  signal?: AbortSignal,
): Promise<Transport> {
  const devicePath = await realpath(path).catch((error: unknown) => {
    throw openError(path, error);
  });
  await refuseAmbiguousPort(path, devicePath);
  // TIOCEXCL comes with the open and does not bind root; the lock file is there before and binds all who look.
  const lock = await lockPort(devicePath, settings.lockFolders);
  try {
    const port = await openPort(path, devicePath, settings);
    if (signal?.aborted) {
      await shutPort(port);
      throw new BridgeError(
        'PORT_CLOSED',
        `${path}: given up while opening`,
        'Nothing: the gateway is stopping.',
      );
    }
    const transport = streamTransport(path, port, (done) => void shutPort(port).then(done));
    return {
      ...transport,
      unlockedReason: lock.unlockedReason,
      // A tty that was pulled out is closed without `shut`; its lock goes all the same.
      close: () => transport.close().then(() => lock.release()),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function openPort(path: string, devicePath: string, settings: SerialSettings): Promise<SerialPortStream> {
  return new Promise((resolve, reject) => {
    const port = new SerialPortStream({
      binding: autoDetect(),
      path: devicePath,
      baudRate: settings.baudRate,
      parity: settings.parity ?? 'none',
      dataBits: settings.dataBits ?? 8,
      stopBits: settings.stopBits ?? 1,
      autoOpen: false,
      // Dropping DTR at close resets many boards at the next open.
      hupcl: false,
      // TIOCEXCL: a second open fails, unless it is root's.
      lock: true,
      // No software flow control: XON and XOFF are ordinary bytes in a binary protocol.
      rtscts: false,
      xon: false,
      xoff: false,
    });
    port.open((error) => {
      if (!error) return resolve(port);
      // A tty that goes away while it is opened gives whatever error the driver was at.
      access(devicePath).then(
        () => reject(openError(path, error)),
        (absence: unknown) => reject(openError(path, absence)),
      );
    });
  });
}

function shutPort(port: SerialPortStream): Promise<void> {
  return new Promise((resolve) => {
    if (!port.isOpen) return resolve();
    // A close that fails (the tty is gone already) has nothing left to free.
    port.close(() => resolve());
  });
}

interface OpenFailure {
  readonly pattern: RegExp;
  readonly code: BridgeErrorCode;
  readonly hint: string;
}

/** The binding gives texts, not codes. */
const openFailures: readonly OpenFailure[] = [
  {
    pattern: /ENOENT|ENXIO|ENODEV|No such file|No such device/,
    code: 'PORT_ABSENT',
    hint: 'Plug the adapter in, or set the path that `ls -l /dev/serial/by-id` shows; it is tried again by itself.',
  },
  {
    pattern: /Cannot lock port|EBUSY|[Rr]esource busy/,
    code: 'PORT_LOCKED',
    hint: 'Another program has the port open: find it with `fuser -v PATH` and stop it (ModemManager, a console).',
  },
  {
    pattern: /EACCES|EPERM|Permission denied/i,
    code: 'PORT_DENIED',
    hint: 'Add the user of the gateway to the group `dialout` and start it again.',
  },
];

function openError(path: string, error: unknown): BridgeError {
  const text = messageOf(error);
  const known = openFailures.find(({ pattern }) => pattern.test(text));
  const hint = known?.hint ?? 'Check that the path is a serial port and that it knows the configured speed.';
  return new BridgeError(known?.code ?? 'PORT_FAILED', `${path}: ${text}`, hint, error);
}
