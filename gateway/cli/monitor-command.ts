// `coldgate monitor`: what goes over a port, decoded, until Ctrl-C. It sends nothing unless told to ask.

import { BridgeError } from '../../firmware-bridge/bridge-error.js';
import type { Transport } from '../../firmware-bridge/transport/transport.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { FrameLog } from './frame-log.js';
import {
  type LineOptions,
  lineSettings,
  type PortTools,
  protocolNamed,
  repeat,
  systemPortTools,
  whenAborted,
} from './port-tools.js';

export interface MonitorOptions extends LineOptions {
  readonly port: string;
  readonly protocol?: string | undefined;
  readonly json?: boolean | undefined;
  readonly raw?: boolean | undefined;
  readonly poll?: boolean | undefined;
}

const tickMs = 250;
const pollEveryMs = 1000;
const fallbackBaudRate = 9600;

/**
 * Exit code 0 at Ctrl-C. Throws UsageError; BridgeError when the port cannot be opened or goes away, after the counters.
 */
export async function runMonitor(
  options: MonitorOptions,
  io: CliIo,
  tools: PortTools = systemPortTools(),
): Promise<ExitCode> {
  const { port, poll = false, json = false, raw = false } = options;
  const protocol = options.protocol === undefined ? undefined : protocolNamed(options.protocol);
  if (protocol === undefined && !raw) {
    throw new UsageError('WRONG_USE', 'no protocol is named', 'add --protocol NAME, or --raw for bytes only');
  }
  const requests = poll ? (protocol?.question?.requests ?? []) : [];
  if (poll && requests.length === 0) {
    throw new UsageError(
      'WRONG_USE',
      'there is nothing to ask',
      'leave --poll out: the device talks by itself',
    );
  }
  const settings = lineSettings(options, protocol?.question?.baudRates[0] ?? fallbackBaudRate);
  const transport = await tools.opener(port, settings)(tools.stop);
  if (transport.unlockedReason !== undefined) io.err(`warning: ${transport.unlockedReason}`);
  const log = new FrameLog({ io, protocol, json, raw });
  const nowMs = (): number => tools.clock.now().uptimeMs;
  const cancels = [repeat(tools.timers, tickMs, () => log.tick(nowMs()))];
  const gone = new Promise<string>((resolve) => transport.onClose(resolve));
  transport.onData((bytes) => log.take('in', bytes, nowMs()));
  if (requests.length > 0) cancels.push(asking(transport, requests, log, tools));
  const reason = await Promise.race([gone, whenAborted(tools.stop)]);
  for (const cancel of cancels) cancel();
  await transport.close();
  log.end(nowMs());
  if (typeof reason === 'string') {
    throw new BridgeError('PORT_CLOSED', reason, 'Look at the cable, then start the monitor again.');
  }
  return exitCodes.ok;
}

function asking(transport: Transport, requests: readonly Uint8Array[], log: FrameLog, tools: PortTools) {
  let next = 0;
  const ask = (): void => {
    const request = requests[next % requests.length];
    next += 1;
    if (request === undefined) return;
    log.take('out', request, tools.clock.now().uptimeMs);
    // A port that is gone is told by its onClose.
    transport.write(request).catch(() => undefined);
  };
  ask();
  return repeat(tools.timers, pollEveryMs, ask);
}
