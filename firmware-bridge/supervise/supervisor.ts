// Keeps one device in service: opens, settles, identifies, watches for silence, closes, and starts again, for ever.
// Each cycle has a fresh transport. A device that cannot be had is a condition with a reason, never an exception.

import { BridgeError, messageOf } from '../bridge-error.js';
import { pause, systemTimers, type Timers } from '../clock.js';
import { type DeviceCounters, type DeviceDriver, type DeviceHandle, newCounters } from '../device.js';
import type { Clock, ObservationSink } from '../observation.js';
import type { OpenTransport, Transport } from '../transport/transport.js';
import { Backoff } from './backoff.js';
import { ConditionReport } from './condition-report.js';
import { Connection, type Ending } from './connection.js';

/** An open that takes longer is given up: a driver that hangs in the kernel, a host that swallows packets. */
const openTimeoutMs = 15_000;
/** A connection that lasted this long was a good one: the next trouble starts at the shortest delay again. */
const stableMs = 60_000;

const neverBehind = () => false;

export interface SupervisorOptions {
  readonly driver: DeviceDriver;
  readonly open: OpenTransport;
  readonly clock: Clock;
  /** Must not throw. */
  readonly sink: ObservationSink;
  /** Whether the store cannot follow. Default: never. */
  readonly isBehind?: (() => boolean) | undefined;
  /** Default: the system's. */
  readonly timers?: Timers | undefined;
  /** 0..1, spreads the delays between attempts. */
  readonly random?: (() => number) | undefined;
}

/** What a family's start function takes beside the settings of its driver. */
export type Supervision = Omit<SupervisorOptions, 'driver'>;

export class Supervisor implements DeviceHandle {
  readonly id: string;
  readonly #driver: DeviceDriver;
  readonly #open: OpenTransport;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #emit: ObservationSink;
  readonly #isBehind: () => boolean;
  readonly #report: ConditionReport;
  readonly #backoff: Backoff;
  readonly #counters: DeviceCounters = newCounters();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #connection: Connection | undefined;
  #identity: string | undefined;

  /** Starts at once. */
  constructor(options: SupervisorOptions) {
    const { driver, open, clock, sink, timers = systemTimers, random, isBehind = neverBehind } = options;
    this.id = driver.id;
    this.#driver = driver;
    this.#open = open;
    this.#clock = clock;
    this.#timers = timers;
    this.#emit = loud(sink);
    this.#isBehind = isBehind;
    this.#report = new ConditionReport(driver.id, clock, this.#emit);
    this.#backoff = new Backoff(random);
    this.#running = this.#run();
  }

  counters(): DeviceCounters {
    return { ...this.#counters };
  }

  state(): string {
    return this.#report.state;
  }

  close(): Promise<void> {
    this.#stopping.abort();
    this.#connection?.abandon('the gateway is stopping');
    return this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#report.enter('opening', 'opening the port');
      const startedMs = this.#clock.now().uptimeMs;
      const ending = await this.#cycle();
      if (signal.aborted) return;
      this.#report.enter(ending.state, ending.reason);
      if (this.#clock.now().uptimeMs - startedMs >= stableMs) this.#backoff.reset();
      await pause(this.#timers, this.#backoff.next(ending.state === 'absent'), signal);
    }
  }

  async #cycle(): Promise<Ending> {
    const opened = await this.#openInTime();
    if ('reason' in opened) return opened;
    this.#counters.opens += 1;
    const connection = new Connection(opened, this.#driver, {
      clock: this.#clock,
      timers: this.#timers,
      counters: this.#counters,
      emit: this.#emit,
      isBehind: this.#isBehind,
      enter: (state, reason) => this.#report.enter(state, reason),
      identified: (identity) => this.#compareIdentity(identity),
    });
    this.#connection = connection;
    if (this.#stopping.signal.aborted) connection.abandon('the gateway is stopping');
    const ending = await connection.run();
    this.#connection = undefined;
    return ending;
  }

  async #openInTime(): Promise<Transport | Ending> {
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort();
    this.#stopping.signal.addEventListener('abort', giveUp, { once: true });
    const cancelTimer = this.#timers.after(openTimeoutMs, giveUp);
    const opening = Promise.resolve(attempt.signal).then(this.#open).catch(endingOf);
    const opened = await Promise.race([opening, whenAborted(attempt.signal)]);
    cancelTimer();
    this.#stopping.signal.removeEventListener('abort', giveUp);
    if (opened !== undefined) return opened;
    // It may still open later: nobody would ever close it.
    void opening.then((late) => ('reason' in late ? undefined : late.close()));
    return { state: 'faulted', reason: `the port did not open within ${openTimeoutMs} ms` };
  }

  #compareIdentity(identity: string): void {
    if (this.#identity !== undefined && this.#identity !== identity) {
      this.#report.deviceChanged(`was ${this.#identity}, is now ${identity}`);
    }
    this.#identity = identity;
  }
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

function endingOf(error: unknown): Ending {
  if (!(error instanceof BridgeError)) return { state: 'faulted', reason: messageOf(error) };
  const state = error.code === 'PORT_ABSENT' ? 'absent' : 'faulted';
  return { state, reason: `[${error.code}] ${error.message}. ${error.hint}` };
}

/**
 * A sink that throws has lost an observation, and no driver can heal that. The error goes to the process as
 * uncaught, so that it ends and starts again, instead of into a driver that would hide it.
 */
function loud(sink: ObservationSink): ObservationSink {
  return (observation) => {
    try {
      sink(observation);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
