// Driver of an RS-485 bus with several probes: asks each of them once per cadence, one after the other.
// A dead probe is asked ever more rarely and always last, so it holds up the others little.

import { BridgeError } from '../bridge-error.js';
import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import type { Arrival, ObservationSink } from '../observation.js';
import { type ProbeConfig, planBus } from './bus-plan.js';
import { BusProbe } from './bus-probe.js';
import type { CalibrationWatch } from './calibration-watch.js';
import { ModbusMaster, type ReadOutcome, timingOf } from './master.js';

export interface ProbeBusSettings {
  readonly id: string;
  /** Time from one reading of a probe to its next. */
  readonly cadenceMs: number;
  readonly replyTimeoutMs: number;
  readonly probes: readonly ProbeConfig[];
  /** From one reading of the calibration offsets to the next, at least the cadence and at most a day. Default an hour. */
  readonly offsetsIntervalMs?: number | undefined;
  /** Offsets known from before, in milli-units by `${sensorId} ${register}`, so that a change over a restart shows. */
  readonly knownOffsets?: ReadonlyMap<string, number> | undefined;
}

const defaultOffsetsIntervalMs = 3_600_000;
const maxOffsetsIntervalMs = 86_400_000;

type Answer = Extract<ReadOutcome, { at: Arrival }>;

/** Replies to a former connection's questions may still be on their way when a port opens. */
const settleMs = 1000;

/** Throws BridgeError BUS_CONFIG for probes, a cadence or a timeout that cannot work. */
export function probeBusDriver(settings: ProbeBusSettings): DeviceDriver {
  const { id, cadenceMs, replyTimeoutMs } = settings;
  const intervalMs = settings.offsetsIntervalMs ?? defaultOffsetsIntervalMs;
  if (!(replyTimeoutMs >= 10 && cadenceMs >= replyTimeoutMs)) {
    throw new BridgeError(
      'BUS_CONFIG',
      `${id}: cadence ${cadenceMs} ms with a reply timeout of ${replyTimeoutMs} ms`,
      'The timeout is at least 10 ms and not longer than the cadence.',
    );
  }
  if (!(intervalMs >= cadenceMs && intervalMs <= maxOffsetsIntervalMs)) {
    throw new BridgeError(
      'BUS_CONFIG',
      `${id}: calibration offsets every ${intervalMs} ms`,
      `Use the cadence (${cadenceMs} ms) to ${maxOffsetsIntervalMs} ms.`,
    );
  }
  // Kept over reconnects: a probe that stays dead is told once, and a changed offset is noticed.
  const calibration = { intervalMs, knownOffsets: new Map(settings.knownOffsets) };
  const probes = planBus(id, settings.probes).map((unit) => new BusProbe(unit, cadenceMs, calibration));
  // All probes may die in the same round, one of them at the question for its offsets, and each is asked twice:
  // the bus is not silent until after that.
  const timing = timingOf(replyTimeoutMs);
  const worstRoundMs = (2 * probes.length + 1) * (timing.replyTimeoutMs + timing.quarantineMs);
  return {
    id,
    cadenceMs: Math.max(cadenceMs, Math.ceil((cadenceMs + worstRoundMs) / 3)),
    settleMs,
    connect: (link) => new ProbeBusSession(settings, probes, link),
  };
}

class ProbeBusSession implements DeviceSession {
  readonly #settings: ProbeBusSettings;
  readonly #probes: readonly BusProbe[];
  readonly #link: DeviceLink;
  readonly #master: ModbusMaster;
  #isStopped = false;
  #cancelRound: CancelTimer = () => undefined;

  constructor(settings: ProbeBusSettings, probes: readonly BusProbe[], link: DeviceLink) {
    this.#settings = settings;
    this.#probes = probes;
    this.#link = link;
    this.#master = new ModbusMaster(link, timingOf(settings.replyTimeoutMs));
    for (const probe of probes) {
      probe.forgetBackoff();
      probe.calibration.readAgain();
    }
  }

  onBytes(bytes: Uint8Array): void {
    this.#master.onBytes(bytes);
  }

  /** A bus has no name; it is there when one probe answers. The reading comes again with the first round. */
  async identify(): Promise<string> {
    const ignore: ObservationSink = () => undefined;
    for (const probe of this.#byReachability()) {
      const outcome = await this.#master.read(probe.request);
      if ('at' in outcome) return '';
      this.#failed(probe, outcome, outcome.kind === 'stopped' ? ignore : this.#link.emit);
    }
    const { id } = this.#settings;
    throw new BridgeError(
      'REPLY_TIMEOUT',
      `${id}: none of ${this.#probes.length} units answers`,
      'Check power, the A and B wires, speed, parity and unit numbers.',
    );
  }

  start(): void {
    for (const probe of this.#probes) probe.forgetBackoff();
    void this.#round(this.#link.clock.now().uptimeMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRound();
    this.#master.stop();
  }

  async #round(dueUptimeMs: number): Promise<void> {
    const { cadenceMs } = this.#settings;
    for (const probe of this.#byReachability()) {
      if (this.#isStopped) return;
      if (probe.isDue(this.#link.clock.now().uptimeMs)) await this.#readProbe(probe);
    }
    if (this.#isStopped) return;
    // On the beat of the first round, whatever a round took: rounds that were missed are skipped.
    const nowMs = this.#link.clock.now().uptimeMs;
    const nextMs = dueUptimeMs + Math.max(1, Math.ceil((nowMs - dueUptimeMs) / cadenceMs)) * cadenceMs;
    this.#cancelRound = this.#link.timers.after(nextMs - nowMs, () => void this.#round(nextMs));
  }

  async #readProbe(probe: BusProbe): Promise<void> {
    let answer = await this.#askForReading(probe);
    if (answer !== undefined && probe.calibration.isDue(this.#link.clock.now().uptimeMs)) {
      await this.#readOffsets(probe.calibration);
      // A reading is told behind the offsets that it was taken with.
      answer = await this.#askForReading(probe);
    }
    if (answer !== undefined) probe.answered(answer, this.#link.emit);
  }

  /** Undefined when nobody answered. */
  async #askForReading(probe: BusProbe): Promise<Answer | undefined> {
    // One damaged reply is noise: a probe that answered so far is asked again before it counts as gone.
    let tries = probe.isReachable ? 2 : 1;
    for (;;) {
      const outcome = await this.#master.read(probe.request);
      if ('at' in outcome) return outcome;
      tries -= 1;
      if (tries > 0 && outcome.kind !== 'stopped') continue;
      this.#failed(probe, outcome, this.#link.emit);
      return undefined;
    }
  }

  async #readOffsets(calibration: CalibrationWatch): Promise<void> {
    const { clock, emit } = this.#link;
    for (const question of calibration.questions) {
      const outcome = await this.#master.read(question.request);
      if (!calibration.heard(question, outcome, clock.now(), emit)) return;
    }
    calibration.finished(clock.now().uptimeMs);
  }

  #failed(probe: BusProbe, outcome: ReadOutcome, emit: ObservationSink): void {
    const reason =
      outcome.kind === 'never-quiet'
        ? 'the line never falls quiet: another master, or a probe that reports by itself'
        : `no valid reply within ${this.#settings.replyTimeoutMs} ms`;
    if (outcome.kind !== 'stopped') probe.failed(reason, this.#link.clock.now(), emit);
  }

  /** A copy, the ones that answer first. */
  #byReachability(): BusProbe[] {
    return [...this.#probes].sort((a, b) => Number(b.isReachable) - Number(a.isReachable));
  }
}
