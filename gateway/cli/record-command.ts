// `coldgate record`: what a port says, into a file that `coldgate replay` and tests can play. It sends nothing.

import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { messageOf } from '../../firmware-bridge/bridge-error.js';
import { pause } from '../../firmware-bridge/clock.js';
import { tapTransport } from '../../firmware-bridge/tap/tap-transport.js';
import type { Transport } from '../../firmware-bridge/transport/transport.js';

import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { FileError } from './file-error.js';
import {
  type LineOptions,
  lineSettings,
  lineText,
  type PortTools,
  repeat,
  systemPortTools,
  whenAborted,
} from './port-tools.js';

export interface RecordOptions extends LineOptions {
  readonly port: string;
  readonly output: string;
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** A power cut costs this much. */
const syncEveryMs = 1000;
const reopenEveryMs = 1000;
/** A forgotten recording must not fill the disk that the journal needs. */
const maxFileBytes = 256 * 1024 * 1024;
const usualBaudRate = 9600;

/**
 * Records until Ctrl-C; a port that goes away is waited for. Exit code 0. Throws UsageError (the file is there), and
 * BridgeError when the port cannot be opened at first.
 */
export async function runRecord(
  options: RecordOptions,
  io: CliIo,
  tools: PortTools = systemPortTools(),
): Promise<ExitCode> {
  const { port, output, json = false } = options;
  const settings = lineSettings(options, usualBaudRate);
  const file = new RecordingFile(output, options.force === true);
  let full: () => void = () => undefined;
  const isFull = new Promise<string>((resolve) => {
    full = () => resolve('the recording ended by itself');
  });
  try {
    const line = port.startsWith('tcp://') ? 'tcp' : lineText(settings);
    const open = tapTransport(tools.opener(port, settings), (text) => file.write(text), {
      clock: tools.clock,
      header: { port, line },
      onTrouble: (reason) => {
        io.err(`coldgate: ${output}: ${reason}`);
        full();
      },
    });
    let transport: Transport | undefined = await open(tools.stop).catch((error: unknown) => {
      // A file with nothing in it would only be in the way of the next try.
      rmSync(output);
      throw error;
    });
    io.err(`recording ${port} into ${output}; Ctrl-C ends it`);
    const stopSync = repeat(tools.timers, syncEveryMs, () => file.sync());
    while (transport !== undefined) {
      const gone = heard(transport);
      const reason = await Promise.race([gone, isFull, whenAborted(tools.stop)]);
      await transport.close();
      transport = undefined;
      if (typeof reason !== 'string' || file.isOver) break;
      io.err(`${reason}; waiting for it`);
      while (transport === undefined && !tools.stop.aborted) {
        await pause(tools.timers, reopenEveryMs, tools.stop);
        transport = await open(tools.stop).catch(() => undefined);
      }
    }
    stopSync();
  } finally {
    file.close();
  }
  if (json) io.out(JSON.stringify({ file: output, lines: file.lines, bytes: file.bytes }));
  else io.out(`${output}: ${file.lines} lines`);
  return exitCodes.ok;
}

/** Reading starts with its listener; what comes is the tap's business. */
function heard(transport: Transport): Promise<string> {
  const gone = new Promise<string>((resolve) => transport.onClose(resolve));
  transport.onData(() => undefined);
  return gone;
}

class RecordingFile {
  lines = 0;
  bytes = 0;
  isOver = false;
  readonly #file: number;

  constructor(path: string, isForced: boolean) {
    try {
      this.#file = openSync(path, isForced ? 'w' : 'wx', 0o640);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
        throw new UsageError(
          'WOULD_OVERWRITE',
          `${path} is there already`,
          'choose another name, or add --force',
        );
      }
      throw new FileError('FILE_UNWRITABLE', messageOf(error), 'choose a folder that you may write', error);
    }
  }

  /** Throws when the file is full or the disk is. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.bytes + bytes > maxFileBytes) {
      this.isOver = true;
      throw new Error(`it has ${maxFileBytes} bytes, no more are written`);
    }
    this.isOver = true;
    writeSync(this.#file, `${line}\n`);
    this.isOver = false;
    this.lines += 1;
    this.bytes += bytes;
  }

  sync(): void {
    try {
      fdatasyncSync(this.#file);
    } catch {
      // A pipe or a terminal cannot be synced; a full disk shows at the next write.
    }
  }

  close(): void {
    this.sync();
    closeSync(this.#file);
  }
}
