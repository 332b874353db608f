// Driver of a position source behind gpsd (TCP 2947): asks for its version, switches the JSON stream on, and listens.
// gpsd owns the receiver; nothing here configures it.

import { BridgeError } from '../bridge-error.js';
import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival, Observation } from '../observation.js';
import { FixReport, type FixReportSettings } from '../position/fix-report.js';
import { maxGpsdLineBytes, tryGpsdLine } from './line.js';
import type { GpsdReport } from './report.js';

/** Positions, times and conditions of the source `id`. */
export type GpsdClientSettings = FixReportSettings;

/** gpsd says nothing while it has no receiver, so it is asked this often; its silence is then its own. */
const cadenceMs = 5000;
/** A fresh connection has no noise. */
const settleMs = 0;
const identifyTimeoutMs = 3000;
const knownProtocolMajor = 3;
/** SKY comes every few seconds: older values belong to another sky. */
const skyValidMs = 10_000;

const noReport = 'no TPV report (gpsd has no receiver, or cannot read it)';

const versionRequest = asciiBytes('?VERSION;\n');
const watchRequest = asciiBytes('?WATCH={"enable":true,"json":true};\n');

/** Throws BridgeError READER_CONFIG for an interval out of range. */
export function gpsdDriver(settings: GpsdClientSettings): DeviceDriver {
  const report = new FixReport(settings);
  return {
    id: settings.id,
    cadenceMs,
    settleMs,
    connect: (link) => new GpsdSession(settings.id, report, link),
  };
}

class GpsdSession implements DeviceSession {
  readonly #id: string;
  readonly #report: FixReport;
  readonly #link: DeviceLink;
  readonly #scanner: Scanner<GpsdReport>;
  #onVersion: ((version: Extract<GpsdReport, { kind: 'version' }>) => void) | undefined;
  #cancelTimer: CancelTimer = () => undefined;
  #isStarted = false;
  #withoutFix = noReport;
  #satellites: { readonly value: number; readonly uptimeMs: number } | undefined;
  #hdopCenti: { readonly value: number; readonly uptimeMs: number } | undefined;

  constructor(id: string, report: FixReport, link: DeviceLink) {
    this.#id = id;
    this.#report = report;
    this.#link = link;
    this.#scanner = new Scanner(tryGpsdLine, maxGpsdLineBytes, link.counters);
  }

  onBytes(bytes: Uint8Array): void {
    const at = this.#link.clock.now();
    for (const report of this.#scanner.push(bytes)) {
      this.#link.frameSeen();
      if (report.kind === 'version') this.#onVersion?.(report);
      if (this.#isStarted) this.#onReport(report, at);
    }
  }

  identify(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#onVersion = ({ release, protocolMajor }) => {
        this.#cancelTimer();
        if (protocolMajor === knownProtocolMajor) resolve(`gpsd ${release}`);
        else reject(this.#foreignProtocol(release, protocolMajor));
      };
      this.#cancelTimer = this.#link.timers.after(identifyTimeoutMs, () => {
        this.#link.counters.timeouts += 1;
        reject(
          new BridgeError(
            'REPLY_TIMEOUT',
            `${this.#id}: no VERSION of gpsd in ${identifyTimeoutMs} ms`,
            'Check that gpsd listens at this address (the usual port is 2947).',
          ),
        );
      });
      this.#link.write(versionRequest);
    });
  }

  start(): void {
    this.#isStarted = true;
    this.#report.resume(this.#link.clock.now());
    this.#link.write(watchRequest);
    this.#poll();
  }

  #poll(): void {
    this.#cancelTimer = this.#link.timers.after(cadenceMs, () => {
      this.#link.write(versionRequest);
      this.#poll();
    });
  }

  stop(): void {
    this.#cancelTimer();
  }

  #onReport(report: GpsdReport, at: Arrival): void {
    if (report.kind === 'sky') this.#keepSky(report, at);
    if (report.kind === 'tpv' && report.fix !== undefined) {
      const { unixMs, ...place } = report.fix;
      this.#withoutFix = noReport;
      if (unixMs !== undefined) this.#emit(this.#report.time(unixMs, at));
      const satellites = fresh(this.#satellites, at);
      const hdopCenti = fresh(this.#hdopCenti, at);
      this.#emit(this.#report.fix({ ...place, satellites, hdopCenti, fixUnixMs: unixMs }, at));
      return;
    }
    if (report.kind === 'tpv' && report.fix === undefined) this.#withoutFix = report.reason;
    this.#emit(this.#report.noFix(at, this.#withoutFix));
  }

  /** gpsd may split a sky into one report with the dilutions and one with the satellites. */
  #keepSky({ satellites, hdopCenti }: Extract<GpsdReport, { kind: 'sky' }>, { uptimeMs }: Arrival): void {
    if (satellites !== undefined) this.#satellites = { value: satellites, uptimeMs };
    if (hdopCenti !== undefined) this.#hdopCenti = { value: hdopCenti, uptimeMs };
  }

  #foreignProtocol(release: string, protocolMajor: number): BridgeError {
    return new BridgeError(
      'COMMAND_REFUSED',
      `${this.#id}: gpsd ${release} speaks protocol ${protocolMajor}, not ${knownProtocolMajor}`,
      'Use a gpsd from 3.0 on whose protocol is 3.',
    );
  }

  #emit(observations: readonly Observation[]): void {
    for (const observation of observations) this.#link.emit(observation);
  }
}

function fresh(
  kept: { readonly value: number; readonly uptimeMs: number } | undefined,
  { uptimeMs }: Arrival,
): number | undefined {
  return kept !== undefined && uptimeMs - kept.uptimeMs <= skyValidMs ? kept.value : undefined;
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
