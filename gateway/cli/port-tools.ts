// What the commands that open a port share: the clocks, the way to open it, and Ctrl-C as a signal. Tests hand in fakes.

import { type CancelTimer, systemClock, systemTimers, type Timers } from '../../firmware-bridge/clock.js';
import type { Clock } from '../../firmware-bridge/observation.js';
import { openTransport } from '../../firmware-bridge/transport/open-transport.js';
import type { SerialSettings } from '../../firmware-bridge/transport/serial-transport.js';
import type { OpenTransport } from '../../firmware-bridge/transport/transport.js';
import type { WireProtocol } from '../../firmware-bridge/wire-protocol.js';
import { wireProtocols } from '../../firmware-bridge/wire-protocols.js';
import { UsageError } from './cli-io.js';

export interface PortTools {
  opener(port: string, settings: SerialSettings): OpenTransport;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Aborts at Ctrl-C and at SIGTERM: the command closes what it holds and ends. */
  readonly stop: AbortSignal;
}

/** The real ones. From here on the process ends no more by itself at Ctrl-C. */
export function systemPortTools(): PortTools {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  // Not `once`: a second Ctrl-C must not leave the port open.
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { opener: openTransport, clock: systemClock, timers: systemTimers, stop: stopping.signal };
}

/** Throws UsageError for an unknown name. */
export function protocolNamed(name: string): WireProtocol {
  const found = wireProtocols.find((protocol) => protocol.name === name);
  if (found) return found;
  throw new UsageError(
    'WRONG_USE',
    `there is no protocol ${name}`,
    `protocols are ${wireProtocols.map((protocol) => protocol.name).join(', ')}`,
  );
}

export interface LineOptions {
  readonly baud?: string | undefined;
  readonly parity?: string | undefined;
}

/** Throws UsageError for a speed or parity that no port has. */
export function lineSettings({ baud, parity }: LineOptions, usualBaudRate: number): SerialSettings {
  return { baudRate: baud === undefined ? usualBaudRate : baudRateOf(baud), parity: parityOf(parity) };
}

export function baudRateOf(text: string): number {
  const baudRate = Number(text);
  if (/^\d+$/.test(text) && baudRate >= 50 && baudRate <= 4_000_000) return baudRate;
  throw new UsageError('WRONG_USE', `${text} is no speed`, 'write bits per second, as in --baud 9600');
}

function parityOf(text = 'none'): 'none' | 'even' | 'odd' {
  if (text === 'none' || text === 'even' || text === 'odd') return text;
  throw new UsageError('WRONG_USE', `${text} is no parity`, 'parities are none, even and odd');
}

/** As people write it: 9600 8N1. */
export function lineText({ baudRate, parity = 'none' }: SerialSettings): string {
  return `${baudRate} 8${{ none: 'N', even: 'E', odd: 'O' }[parity]}1`;
}

/** Resolves when `signal` aborts. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Calls `run` every `everyMs` until cancelled. */
export function repeat(timers: Timers, everyMs: number, run: () => void): CancelTimer {
  let cancel: CancelTimer = () => undefined;
  const again = (): void => {
    cancel = timers.after(everyMs, () => {
      again();
      run();
    });
  };
  again();
  return () => cancel();
}

/** A device may put line ends and terminal escapes into what it says. */
export function shownText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
