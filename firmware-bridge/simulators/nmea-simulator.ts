// A virtual GNSS receiver in a truck: RMC and GGA once a second, with phases without a fix (tunnel, cold start).
// It takes no commands, like a receiver whose input is not wired.

import { type CancelTimer, systemClock, systemTimers, type Timers } from '../clock.js';
import { encodeSentence } from '../nmea/sentence.js';
import type { Clock } from '../observation.js';
import { type SimulatedDevice, seededRandom } from './simulated-device.js';
import { defaultRoute, placeOnRoute, type Waypoint } from './truck-route.js';

export interface NmeaSimulatorOptions {
  /** Driven back and forth. Default: Basel to Karlsruhe. */
  readonly route?: readonly Waypoint[];
  /** Default 22222 mm/s (80 km/h). */
  readonly speedMmPerS?: number;
  /** GP, GN ... Default GN. */
  readonly talker?: string;
  /** Ms after the start without a fix. Default 0. */
  readonly firstFixMs?: number;
  /** Between two rounds of sentences. Default 1000 ms. */
  readonly roundMs?: number;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly seed?: number;
}

/** A knot is 4630/9 mm/s. */
const mmPerSOfKnot = 4630 / 9;

export class NmeaSimulator implements SimulatedDevice {
  isMute = false;
  /** In a tunnel: sentences without a fix. */
  isInTunnel = false;
  /** Added to the receiver's date: a week number that rolled over is -1024 weeks. */
  clockErrorMs = 0;
  readonly #options: Required<Omit<NmeaSimulatorOptions, 'clock' | 'timers' | 'seed'>>;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #startUptimeMs: number;
  #stuckAtUptimeMs: number | undefined;
  #send: ((bytes: Uint8Array) => void) | undefined;
  #cancelRound: CancelTimer = () => undefined;

  constructor(options: NmeaSimulatorOptions = {}) {
    const { route = defaultRoute, speedMmPerS = 22_222, talker = 'GN' } = options;
    const { firstFixMs = 0, roundMs = 1000, clock = systemClock, timers = systemTimers } = options;
    this.#options = { route, speedMmPerS, talker, firstFixMs, roundMs };
    this.#clock = clock;
    this.#timers = timers;
    this.#random = seededRandom(options.seed ?? 1);
    this.#startUptimeMs = clock.now().uptimeMs;
  }

  /** The truck stands still; time goes on. */
  get isStuck(): boolean {
    return this.#stuckAtUptimeMs !== undefined;
  }

  set isStuck(isStuck: boolean) {
    this.#stuckAtUptimeMs = isStuck ? this.#clock.now().uptimeMs : undefined;
  }

  /** Where the truck is now. */
  get place(): Waypoint {
    const uptimeMs = this.#stuckAtUptimeMs ?? this.#clock.now().uptimeMs;
    const { route, speedMmPerS } = this.#options;
    return placeOnRoute(route, uptimeMs - this.#startUptimeMs, speedMmPerS);
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#cancelRound();
    this.#send = send;
    if (send !== undefined) this.#schedule();
  }

  receive(): void {
    // Its input is not wired.
  }

  stop(): void {
    this.#cancelRound();
    this.#send = undefined;
  }

  #schedule(): void {
    this.#cancelRound = this.#timers.after(this.#options.roundMs, () => {
      if (!this.isMute) this.#round();
      this.#schedule();
    });
  }

  #round(): void {
    const { talker, firstFixMs, speedMmPerS } = this.#options;
    const { unixMs, uptimeMs } = this.#clock.now();
    const { date, time } = dateAndTime(unixMs + this.clockErrorMs);
    const hasFix = !this.isInTunnel && uptimeMs - this.#startUptimeMs >= firstFixMs;
    const satellites = String(8 + Math.floor(this.#random() * 5)).padStart(2, '0');
    const hdop = (0.7 + this.#random() * 0.5).toFixed(2);
    const place = placeFields(this.place);
    const knots = this.isStuck ? '0.000' : (speedMmPerS / mmPerSOfKnot).toFixed(3);
    const bodies = hasFix
      ? [
          `${talker}RMC,${time},A,${place},${knots},,${date},,,A`,
          `${talker}GGA,${time},${place},1,${satellites},${hdop},212.4,M,47.9,M,,`,
        ]
      : [`${talker}RMC,${time},V,,,,,,,${date},,,N`, `${talker}GGA,${time},,,,,0,00,99.99,,,,,,`];
    for (const body of bodies) this.#send?.(encodeSentence(body));
  }
}

function dateAndTime(unixMs: number): { date: string; time: string } {
  const iso = new Date(unixMs).toISOString();
  const [year = '', month = '', day = ''] = iso.slice(2, 10).split('-');
  return {
    date: `${day}${month}${year}`,
    time: `${iso.slice(11, 19).replaceAll(':', '')}.${iso.slice(20, 23)}`,
  };
}

function placeFields({ latitudeDegE7, longitudeDegE7 }: Waypoint): string {
  const latitude = angle(latitudeDegE7, 2);
  const longitude = angle(longitudeDegE7, 3);
  return `${latitude},${latitudeDegE7 < 0 ? 'S' : 'N'},${longitude},${longitudeDegE7 < 0 ? 'W' : 'E'}`;
}

/** ddmm.mmmmmmm: with seven digits of a minute 1e-7 degrees are exact. */
function angle(degE7: number, degreeDigits: number): string {
  const size = Math.abs(degE7);
  const degrees = String(Math.floor(size / 1e7)).padStart(degreeDigits, '0');
  const minuteE7 = String((size % 1e7) * 60).padStart(9, '0');
  return `${degrees}${minuteE7.slice(0, 2)}.${minuteE7.slice(2)}`;
}
