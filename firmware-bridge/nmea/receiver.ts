// Driver of a GNSS receiver that talks NMEA 0183 by itself: it listens, and never sends a byte.
// RMC gives date, time and speed, GGA satellites and HDOP; all other sentences only show that the receiver lives.

import { BridgeError } from '../bridge-error.js';
import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival, Observation } from '../observation.js';
import { FixReport, type FixReportSettings } from '../position/fix-report.js';
import { Epoch, type EpochResult } from './epoch.js';
import { decodeGga } from './gga.js';
import { decodeRmc } from './rmc.js';
import { maxSentenceBytes, type NmeaSentence, trySentence } from './sentence.js';

/** Positions, times and conditions of the receiver `id`. */
export type NmeaReceiverSettings = FixReportSettings;

/** Receivers talk once a second; a few every two. */
const cadenceMs = 3000;
/** A receiver does not start anew when its port is opened. */
const settleMs = 100;
const identifyTimeoutMs = 3000;

/** Throws BridgeError READER_CONFIG for an interval out of range. */
export function nmeaDriver(settings: NmeaReceiverSettings): DeviceDriver {
  // Of the driver, not of a connection: a loose plug must not make a position every second.
  const report = new FixReport(settings);
  return {
    id: settings.id,
    cadenceMs,
    settleMs,
    connect: (link) => new NmeaSession(settings.id, report, link),
  };
}

class NmeaSession implements DeviceSession {
  readonly #id: string;
  readonly #report: FixReport;
  readonly #link: DeviceLink;
  readonly #scanner: Scanner<NmeaSentence>;
  readonly #epoch = new Epoch();
  #heard: (() => void) | undefined;
  #cancelTimer: CancelTimer = () => undefined;
  #isStarted = false;
  #withoutFix = 'no RMC and no GGA sentence';

  constructor(id: string, report: FixReport, link: DeviceLink) {
    this.#id = id;
    this.#report = report;
    this.#link = link;
    this.#scanner = new Scanner(trySentence, maxSentenceBytes, link.counters);
  }

  onBytes(bytes: Uint8Array): void {
    const at = this.#link.clock.now();
    for (const sentence of this.#scanner.push(bytes)) {
      this.#link.frameSeen();
      this.#heard?.();
      if (this.#isStarted) this.#onSentence(sentence, at);
    }
  }

  /** NMEA has no name: talker ids change with the satellites in view, so one valid sentence is all there is. */
  identify(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#heard = () => {
        this.#cancelTimer();
        resolve('');
      };
      this.#cancelTimer = this.#link.timers.after(identifyTimeoutMs, () => {
        this.#link.counters.timeouts += 1;
        reject(
          new BridgeError(
            'REPLY_TIMEOUT',
            `${this.#id}: no NMEA sentence in ${identifyTimeoutMs} ms`,
            'Check power, wiring (TX to RX) and speed of the receiver; the usual ones are 9600, 4800 and 115200.',
          ),
        );
      });
    });
  }

  start(): void {
    this.#isStarted = true;
    this.#report.resume(this.#link.clock.now());
  }

  stop(): void {
    this.#cancelTimer();
  }

  #onSentence(sentence: NmeaSentence, at: Arrival): void {
    const result = sentence.start === '$' ? this.#resultOf(sentence, at) : undefined;
    if (result?.kind === 'fix') {
      this.#emit(this.#report.fix(result.fix, result.at));
      return;
    }
    if (result?.kind === 'no-fix') this.#withoutFix = result.reason;
    if (result?.kind === 'conflict') this.#refuse('RMC and GGA of one second differ');
    this.#emit(this.#report.noFix(at, this.#withoutFix));
  }

  #resultOf(sentence: NmeaSentence, at: Arrival): EpochResult | undefined {
    if (sentence.type === 'RMC' && sentence.talker !== 'P') {
      const rmc = decodeRmc(sentence);
      if (rmc === undefined) return this.#refuse('an RMC sentence that cannot be read');
      // At once: a time is worth only as much as its arrival is sharp. Unix time has no leap second.
      if (rmc.isValid && !rmc.isLeapSecond) this.#emit(this.#report.time(rmc.unixMs, at));
      return this.#epoch.take({ rmc }, at);
    }
    if (sentence.type === 'GGA' && sentence.talker !== 'P') {
      const gga = decodeGga(sentence);
      if (gga === undefined) return this.#refuse('a GGA sentence that cannot be read');
      return this.#epoch.take({ gga }, at);
    }
    return undefined;
  }

  /** The checksum is right and the sentence still wrong: counted as what it is, a failed check. */
  #refuse(reason: string): undefined {
    this.#link.counters.badChecks += 1;
    this.#withoutFix = reason;
    return undefined;
  }

  #emit(observations: readonly Observation[]): void {
    for (const observation of observations) this.#link.emit(observation);
  }
}
