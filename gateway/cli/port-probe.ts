// Finds out who is at a port: asks the identity questions of the protocols at their usual speeds and believes only
// frames whose checks are right. It sets nothing.

import { pause } from '../../firmware-bridge/clock.js';
import { Scanner } from '../../firmware-bridge/framing/scanner.js';
import type { SerialSettings } from '../../firmware-bridge/transport/serial-transport.js';
import type { Transport } from '../../firmware-bridge/transport/transport.js';
import type { WireProtocol } from '../../firmware-bridge/wire-protocol.js';
import { lineText, type PortTools } from './port-tools.js';

export interface Verified {
  readonly protocol: string;
  readonly line: string;
  readonly identity: string;
}

/** One line setting and what came of it. */
export interface ProbeRound {
  readonly line: string;
  readonly protocols: readonly string[];
  readonly receivedBytes: number;
  readonly verified: readonly Verified[];
}

export interface ProbePlan {
  readonly settings: SerialSettings;
  readonly protocols: readonly WireProtocol[];
}

/** After opening: long enough for a talker that speaks once a second, and for boards that start at the opening. */
const listenMs = 2200;
const answerMs = 300;

/** Usual speeds first: every protocol's first choice before anybody's second. */
export function probePlans(
  protocols: readonly WireProtocol[],
  isTcp: boolean,
  baudRate: number | undefined,
): ProbePlan[] {
  // A serial server has its own line settings.
  if (isTcp) return [{ settings: { baudRate: 9600 }, protocols }];
  const wishes = protocols.flatMap((protocol) => {
    const { baudRates = [], parities = ['none'] } = protocol.question ?? {};
    const rates = baudRate === undefined ? baudRates : [baudRate];
    return rates.flatMap((rate, rateIndex) =>
      parities.map((parity, parityIndex) => ({ protocol, rate, parity, rank: rateIndex + parityIndex })),
    );
  });
  const plans = new Map<string, { settings: SerialSettings; protocols: WireProtocol[] }>();
  for (const { protocol, rate, parity } of wishes.sort((a, b) => a.rank - b.rank)) {
    const settings = { baudRate: rate, parity };
    const plan = plans.get(lineText(settings));
    if (plan === undefined) plans.set(lineText(settings), { settings, protocols: [protocol] });
    else if (!plan.protocols.includes(protocol)) plan.protocols.push(protocol);
  }
  return [...plans.values()];
}

/**
 * One opening of `port`; it is closed again whatever happens. Rejects with BridgeError when it cannot be opened.
 * `isOne`: the first identity ends it.
 */
export async function probeRound(
  port: string,
  plan: ProbePlan,
  tools: PortTools,
  isOne: boolean,
): Promise<ProbeRound> {
  const isTcp = port.startsWith('tcp://');
  const line = isTcp ? 'tcp' : lineText(plan.settings);
  const transport = await tools.opener(port, plan.settings)(tools.stop);
  const listener = new Listener(plan.protocols, line);
  const over = new AbortController();
  const end = (): void => over.abort();
  tools.stop.addEventListener('abort', end, { once: true });
  if (tools.stop.aborted) end();
  try {
    listener.listen(transport, end, isOne);
    await pause(tools.timers, listenMs, over.signal);
    listener.flush();
    for (const protocol of plan.protocols) {
      for (const request of protocol.question?.requests ?? []) {
        if (over.signal.aborted) break;
        // A port that goes away ends the round by its onClose.
        await transport.write(request).catch(() => undefined);
        await pause(tools.timers, answerMs, over.signal);
        listener.flush();
      }
    }
  } finally {
    tools.stop.removeEventListener('abort', end);
    await transport.close();
  }
  const protocols = plan.protocols.map(({ name }) => name);
  return {
    line,
    protocols,
    receivedBytes: listener.receivedBytes,
    verified: [...listener.verified.values()],
  };
}

/** Feeds every protocol's scanner with all that comes. */
class Listener {
  readonly verified = new Map<string, Verified>();
  receivedBytes = 0;
  readonly #line: string;
  readonly #ears: readonly { readonly protocol: WireProtocol; readonly scanner: Scanner<unknown> }[];
  #onVerified: () => void = () => undefined;

  constructor(protocols: readonly WireProtocol[], line: string) {
    this.#line = line;
    this.#ears = protocols.map((protocol) => {
      const counters = { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 };
      return { protocol, scanner: new Scanner(protocol.tryFrame, protocol.maxFrameBytes, counters) };
    });
  }

  listen(transport: Transport, end: () => void, isOne: boolean): void {
    if (isOne) this.#onVerified = end;
    transport.onClose(end);
    transport.onData((bytes) => {
      this.receivedBytes += bytes.length;
      for (const { protocol, scanner } of this.#ears) this.#look(protocol, scanner.push(bytes));
    });
  }

  flush(): void {
    for (const { protocol, scanner } of this.#ears) this.#look(protocol, scanner.flush());
  }

  #look(protocol: WireProtocol, frames: readonly unknown[]): void {
    for (const frame of frames) {
      const identity = protocol.question?.identity(frame);
      if (identity === undefined || this.verified.has(protocol.name)) continue;
      this.verified.set(protocol.name, { protocol: protocol.name, line: this.#line, identity });
      this.#onVerified();
    }
  }
}
