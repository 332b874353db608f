// `coldgate replay`: a recording decoded on the screen, or put behind a tty or a TCP port for a driver to read.

import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../../firmware-bridge/bridge-error.js';
import { pause } from '../../firmware-bridge/clock.js';
import { serveOverTcp, serveOverTty } from '../../firmware-bridge/simulators/stream-server.js';
import { ReplayDevice } from '../../firmware-bridge/tap/replay-device.js';
import { parseTap, type Tap } from '../../firmware-bridge/tap/tap-file.js';

import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { FileError } from './file-error.js';
import { FrameLog } from './frame-log.js';
import { type PortTools, protocolNamed, shownText, systemPortTools, whenAborted } from './port-tools.js';

export interface ReplayCommandOptions {
  readonly file: string;
  readonly protocol?: string | undefined;
  /** A path for a tty, or tcp:PORT. */
  readonly asPort?: string | undefined;
  /** A factor, or max. */
  readonly speed?: string | undefined;
  readonly json?: boolean | undefined;
  readonly raw?: boolean | undefined;
}

const maxTapBytes = 256 * 1024 * 1024;

/** Exit code 1 when no frame of the protocol is in it. Throws UsageError for a file that is no recording. */
export async function runReplay(
  options: ReplayCommandOptions,
  io: CliIo,
  tools: PortTools = systemPortTools(),
): Promise<ExitCode> {
  const { protocol: name, raw = false, json = false } = options;
  const protocol = name === undefined ? undefined : protocolNamed(name);
  const speed = speedOf(options.speed);
  const tap = await readTap(options.file);
  if (tap.isCut) io.err('warning: the last line was cut off and is left out');
  if (options.asPort !== undefined) return serve(tap, options.asPort, speed ?? 1, io, tools);
  if (protocol === undefined && !raw) return summarize(tap, json, io);
  const log = new FrameLog({ io, protocol, json, raw });
  let lastMs = 0;
  for (const entry of tap.entries) {
    if (speed !== undefined) await pause(tools.timers, (entry.ms - lastMs) / speed, tools.stop);
    if (tools.stop.aborted) break;
    lastMs = entry.ms;
    if (entry.kind === 'in' || entry.kind === 'out') log.take(entry.kind, entry.bytes, entry.ms);
    else if (json) io.out(JSON.stringify({ monotonicMs: entry.ms, port: entry.kind, ...reasonOf(entry) }));
    else
      io.out(
        `${(entry.ms / 1000).toFixed(3).padStart(12)} --  port ${entry.kind} ${shownText(reasonOf(entry).reason ?? '')}`.trimEnd(),
      );
  }
  log.end(lastMs);
  return protocol === undefined || log.counters.frames > 0 ? exitCodes.ok : exitCodes.refuted;
}

async function serve(
  tap: Tap,
  asPort: string,
  speed: number,
  io: CliIo,
  tools: PortTools,
): Promise<ExitCode> {
  const device = new ReplayDevice(
    tap,
    speed,
    () => io.err('the recording is over; connect again to repeat it'),
    tools.timers,
  );
  const tcpPort = /^tcp:(\d{1,5})$/.exec(asPort)?.[1];
  const port = await (tcpPort === undefined
    ? serveOverTty(device, asPort)
    : serveOverTcp(device, Number(tcpPort)));
  io.out(port.port);
  io.err('replaying to who connects; Ctrl-C ends it');
  await whenAborted(tools.stop);
  await port.close();
  return exitCodes.ok;
}

function summarize({ header, entries, isCut }: Tap, json: boolean, io: CliIo): ExitCode {
  const bytes = { in: 0, out: 0 };
  for (const entry of entries) if ('bytes' in entry) bytes[entry.kind] += entry.bytes.length;
  const opens = entries.filter(({ kind }) => kind === 'open').length;
  const durationMs = entries.at(-1)?.ms ?? 0;
  const report = { ...header, opens, durationMs, bytesIn: bytes.in, bytesOut: bytes.out, isCut };
  if (json) io.out(JSON.stringify(report));
  else {
    io.out(`port        ${shownText(header.port)}, ${shownText(header.line)}`);
    io.out(
      `recorded    ${shownText(header.startedAt)}, ${(durationMs / 1000).toFixed(3)} s, opened ${opens} times`,
    );
    io.out(`bytes       ${bytes.in} in, ${bytes.out} out; add --protocol NAME to read them`);
  }
  return exitCodes.ok;
}

async function readTap(file: string): Promise<Tap> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > maxTapBytes) throw new Error(`it has ${size} bytes, at most ${maxTapBytes} are read`);
    text = await readFile(file, 'latin1');
  } catch (error) {
    throw new FileError(
      'FILE_UNREADABLE',
      `${file} cannot be read: ${messageOf(error)}`,
      'check the name',
      error,
    );
  }
  const tap = parseTap(text);
  if (tap.kind === 'tap') return tap;
  throw new UsageError(
    'WRONG_USE',
    `${file}, line ${tap.line}: ${tap.reason}`,
    'recordings are made by coldgate record; mend the line, or cut the file before it',
  );
}

function speedOf(text: string | undefined): number | undefined {
  if (text === undefined || text === 'max') return undefined;
  const speed = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && speed > 0 && speed <= 10_000) return speed;
  throw new UsageError('WRONG_USE', `${text} is no speed`, 'write a factor as in --speed 2, or max');
}

function reasonOf(entry: { readonly kind: string; readonly reason?: string }): { readonly reason?: string } {
  return entry.reason === undefined ? {} : { reason: entry.reason };
}
