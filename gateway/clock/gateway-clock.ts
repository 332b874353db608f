// The gateway's own clock: the monotonic clock of the boot, set by whoever can be believed (the system clock while somebody
// keeps it right, GNSS receivers), and by nobody else. It never sets the machine's clock, and a step of that moves nothing
// here. Once the time of a boot is known, only a small correction is taken: a source that says something else is
// contradicted by the monotonic clock, and that is told.

import type { Arrival, Clock, Observation } from '../../firmware-bridge/observation.js';
import { GnssTime } from './gnss-time.js';
import { type ClockTrust, errorAt, type KeptTime, placedBy, type TimeWord, trustIn } from './known-time.js';
import { ntpWord, type ReadMark } from './ntp-mark.js';

/** No gateway was built before. */
const EARLIEST_UNIX_MS = Date.UTC(2026, 0, 1);
/** Below the 1,024 weeks by which a receiver's date may be wrong. */
const FURTHEST_AHEAD_MS = 19 * 365.25 * 86_400_000;
const SLACK_MS = 1000;
/** A restart within the boot needs it, and the next boot knows from it that time does not go back. */
const KEEP_EVERY_MS = 3_600_000;

/** What is said against the time that is known, or against the first word on it. */
export interface ClockDispute {
  readonly source: TimeWord['source'];
  readonly receivers: readonly string[];
  /** What it says less what the gateway has. */
  readonly differenceMs: number;
  readonly why:
    | 'differs-from-known-time'
    | 'sources-differ'
    | 'receivers-differ'
    | 'before-known-time'
    | 'too-far-ahead';
}

/** What became of the clock since the last look. */
export interface ClockNews {
  /** Readings of this boot waited for the time, or it was revised: it must be recorded. */
  readonly reference: TimeWord | undefined;
  /** Each is told once, until its source agrees again. */
  readonly disputes: readonly ClockDispute[];
  /** What must be kept beside the log. */
  readonly kept: KeptTime | undefined;
}

export interface GatewayClockParts {
  readonly system: Clock;
  readonly mode: 'auto' | 'synchronised' | 'unsynchronised';
  readonly readMark: ReadMark;
  readonly bootId: string;
  readonly kept: KeptTime | undefined;
  /** Newest time that a record of a trusted clock has, Unix ms. */
  readonly lastKnownMs: number;
  /** The log ends with a record of this boot whose clock was not trusted. */
  readonly isTimeOwed: boolean;
}

export class GatewayClock implements Clock {
  readonly #parts: GatewayClockParts;
  readonly #gnss = new GnssTime();
  readonly #disputed = new Map<TimeWord['source'], ClockDispute>();
  readonly #floorMs: number;
  #known: TimeWord | undefined;
  #trust: ClockTrust;
  #isOwed: boolean;
  #kept: KeptTime | undefined;

  constructor(parts: GatewayClockParts) {
    const { kept, bootId, mode, lastKnownMs } = parts;
    this.#parts = parts;
    const keptMs = kept ? kept.word.zeroUnixMs + kept.keptUptimeMs : 0;
    this.#floorMs = Math.max(EARLIEST_UNIX_MS, keptMs, lastKnownMs);
    if (mode === 'auto' && kept?.bootId === bootId) {
      this.#known = kept.word;
      this.#kept = kept;
    }
    this.#trust = mode === 'synchronised' ? 2 : 0;
    this.#isOwed = parts.isTimeOwed;
    if (mode === 'auto') this.#believe(ntpWord(parts.readMark, parts.system.now()), undefined, []);
    this.#settle();
  }

  /** How far `now` may be trusted. */
  get trust(): ClockTrust {
    return this.#trust;
  }

  now(): Arrival {
    return this.placed(this.#parts.system.now());
  }

  /** A moment of the system clock as this one has it. */
  placed(at: Arrival): Arrival {
    return placedBy(this.#known, at);
  }

  /** Takes what receivers say of the time. */
  hear(observation: Observation): void {
    const { kind, at } = observation;
    if (kind === 'time') this.#gnss.hear(observation.sensorId, observation.sourceUnixMs, at.uptimeMs);
    else if (kind === 'position' && observation.fixUnixMs !== undefined)
      this.#gnss.hear(observation.sensorId, observation.fixUnixMs, at.uptimeMs);
  }

  /** Looks at all sources; call it every second. */
  check(): ClockNews {
    const { system, mode, bootId, readMark } = this.#parts;
    const disputes: ClockDispute[] = [];
    let isRevised = false;
    const at = system.now();
    if (mode === 'auto') {
      const [ntp, gnss] = [ntpWord(readMark, at), this.#gnss.word(at.uptimeMs)];
      isRevised = this.#believe(ntp, gnss, disputes);
      this.#believe(gnss, ntp, disputes);
      if (this.#gnss.areAtOdds(at.uptimeMs)) this.#disputeAmongReceivers(at, disputes);
    }
    const before = this.#trust;
    this.#settle();
    const isDue = this.#trust > 0 && (this.#isOwed || isRevised);
    if (isDue) this.#isOwed = false;
    const keptBefore = this.#kept;
    if (
      this.#known &&
      (this.#trust !== before ||
        isRevised ||
        keptBefore?.word.source !== this.#known.source ||
        at.uptimeMs - keptBefore.keptUptimeMs >= KEEP_EVERY_MS)
    ) {
      const word = { ...this.#known, receivers: [...this.#known.receivers] };
      this.#kept = { bootId, trust: this.#trust, keptUptimeMs: at.uptimeMs, word };
    }
    const kept = this.#kept === keptBefore ? undefined : this.#kept;
    return { reference: isDue ? this.#reference(at) : undefined, disputes, kept };
  }

  /** Where the configuration trusts the system clock, that is the word. */
  #reference(at: Arrival): TimeWord {
    const zeroUnixMs = at.unixMs - at.uptimeMs;
    const { uptimeMs: saidUptimeMs } = at;
    return this.#known ?? { source: 'configured', zeroUnixMs, errorMs: 0, saidUptimeMs, receivers: [] };
  }

  #settle(): void {
    const { mode, system } = this.#parts;
    if (mode === 'auto') this.#trust = trustIn(this.#known, system.now().uptimeMs);
    if (this.#trust === 0) this.#isOwed = true;
  }

  /** @param other what the other source says. @returns whether the time that was known is another now */
  #believe(word: TimeWord | undefined, other: TimeWord | undefined, disputes: ClockDispute[]): boolean {
    if (!word) return false;
    const { source } = word;
    if (!this.#known) {
      const why = this.#doubtOf(word, other);
      if (why) this.#dispute(word, why, disputes);
      else this.#known = word;
      return false;
    }
    const known = this.#known;
    const isNear = Math.abs(word.zeroUnixMs - known.zeroUnixMs) <= slackBetween(known, word);
    if (isNear) this.#disputed.delete(source);
    if (source === 'ntp' && known.source === 'ntp') {
      // Whoever gave the time may take it back. A clock that went elsewhere since he last spoke was moved by another hand.
      const isNewer = word.touchedMs !== known.touchedMs && word.saidUptimeMs >= known.saidUptimeMs;
      if (isNear || isNewer) this.#known = word;
      return this.#known === word && !isNear;
    }
    if (!isNear) this.#dispute(word, 'differs-from-known-time', disputes);
    // The system clock is followed as it is slewed; a receiver is worse than a clock that somebody keeps.
    else if (source === 'ntp' || (!other && (known.source === 'gnss' || isWorse(known, word))))
      this.#known = word;
    return false;
  }

  /** What keeps the first word of a boot from being believed. */
  #doubtOf(word: TimeWord, other: TimeWord | undefined): ClockDispute['why'] | undefined {
    const nowMs = word.zeroUnixMs + word.saidUptimeMs;
    // A clock that somebody keeps may put right what was wrong before; a receiver alone may not.
    const floorMs = word.source === 'ntp' ? EARLIEST_UNIX_MS : this.#floorMs - word.errorMs;
    if (nowMs < floorMs) return 'before-known-time';
    if (nowMs > this.#floorMs + FURTHEST_AHEAD_MS) return 'too-far-ahead';
    const differenceMs = other ? Math.abs(other.zeroUnixMs - word.zeroUnixMs) : 0;
    return other && differenceMs > word.errorMs + other.errorMs + SLACK_MS ? 'sources-differ' : undefined;
  }

  #disputeAmongReceivers({ uptimeMs: saidUptimeMs }: Arrival, disputes: ClockDispute[]): void {
    const zeroUnixMs = this.now().unixMs - saidUptimeMs;
    const none = { source: 'gnss', zeroUnixMs, errorMs: 0, saidUptimeMs, receivers: [] } as const;
    this.#dispute(none, 'receivers-differ', disputes);
  }

  #dispute(word: TimeWord, why: ClockDispute['why'], disputes: ClockDispute[]): void {
    const { source, receivers } = word;
    if (this.#disputed.get(source)?.why === why) return;
    const at = this.#parts.system.now();
    const differenceMs = Math.round(word.zeroUnixMs + at.uptimeMs - this.placed(at).unixMs);
    const dispute = { source, receivers, differenceMs, why };
    this.#disputed.set(source, dispute);
    disputes.push(dispute);
  }
}

/** Of one source only the drift counts: it is as wrong as it was. */
function slackBetween(known: TimeWord, word: TimeWord): number {
  const driftMs = errorAt(known, word.saidUptimeMs) - known.errorMs;
  if (known.source === word.source && word.source === 'ntp') return driftMs + 2 * SLACK_MS;
  return driftMs + known.errorMs + word.errorMs + SLACK_MS;
}

function isWorse(known: TimeWord, word: TimeWord): boolean {
  return errorAt(known, word.saidUptimeMs) > word.errorMs;
}
