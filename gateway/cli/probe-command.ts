// `coldgate probe`: who is at this port? Verified answers only, and what was tried.

import { wireProtocols } from '../../firmware-bridge/wire-protocols.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { type ProbeRound, probePlans, probeRound } from './port-probe.js';
import { baudRateOf, type PortTools, protocolNamed, shownText, systemPortTools } from './port-tools.js';

export interface ProbeOptions {
  readonly port: string;
  readonly protocol?: string | undefined;
  readonly baud?: string | undefined;
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Exit code 0 when something verified, else 1. Throws UsageError, and BridgeError when the port cannot be opened.
 */
export async function runProbe(
  options: ProbeOptions,
  io: CliIo,
  tools: PortTools = systemPortTools(),
): Promise<ExitCode> {
  const { port, protocol, baud, all = false, json = false } = options;
  const protocols = protocol === undefined ? wireProtocols : [protocolNamed(protocol)];
  const baudRate = baud === undefined ? undefined : baudRateOf(baud);
  const rounds: ProbeRound[] = [];
  for (const plan of probePlans(protocols, port.startsWith('tcp://'), baudRate)) {
    if (tools.stop.aborted) break;
    const round = await probeRound(port, plan, tools, !all);
    rounds.push(round);
    if (!json) for (const line of roundLines(round)) io.out(line);
    if (!all && round.verified.length > 0) break;
  }
  const verified = rounds.flatMap((round) => round.verified);
  const isStopped = tools.stop.aborted;
  if (json) io.out(JSON.stringify({ port, isStopped, verified, tried: rounds.map(triedOf) }, undefined, 2));
  else if (verified.length === 0) {
    io.err(
      isStopped
        ? 'stopped; nothing verified so far'
        : 'nothing verified: check power, A/B or RX/TX, and address',
    );
  }
  return verified.length > 0 ? exitCodes.ok : exitCodes.refuted;
}

function roundLines({ line, protocols, receivedBytes, verified }: ProbeRound): string[] {
  if (verified.length === 0) {
    return [`tried     ${line}: ${protocols.join(', ')}; ${receivedBytes} bytes came, none of them verified`];
  }
  return verified.map((one) => `verified  ${one.line}: ${one.protocol}: ${shownText(one.identity)}`);
}

function triedOf({ line, protocols, receivedBytes }: ProbeRound): object {
  return { line, protocols, receivedBytes };
}
