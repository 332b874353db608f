// A virtual gpsd with one receiver in a truck: VERSION at once, and TPV and SKY once a second to who watches.
// It knows ?VERSION and ?WATCH; every other request is answered by an ERROR, as gpsd does.

import { type CancelTimer, systemClock, systemTimers, type Timers } from '../clock.js';
import type { Clock } from '../observation.js';
import { type SimulatedDevice, seededRandom } from './simulated-device.js';
import { defaultRoute, placeOnRoute, type Waypoint } from './truck-route.js';

export interface GpsdSimulatorOptions {
  /** Driven back and forth. Default: Basel to Karlsruhe. */
  readonly route?: readonly Waypoint[];
  /** Default 22222 mm/s (80 km/h). */
  readonly speedMmPerS?: number;
  /** Default 3.22. */
  readonly release?: string;
  /** Default 3. */
  readonly protocolMajor?: number;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly seed?: number;
}

const roundMs = 1000;
/** A request longer than this has no end. */
const maxRequestCharacters = 1024;

export class GpsdSimulator implements SimulatedDevice {
  isMute = false;
  /** Without one gpsd answers requests and reports nothing. */
  hasReceiver = true;
  /** In a tunnel: TPV with mode 1. */
  isInTunnel = false;
  readonly #route: readonly Waypoint[];
  readonly #speedMmPerS: number;
  readonly #version: string;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #startUptimeMs: number;
  #stuckAtUptimeMs: number | undefined;
  #send: ((bytes: Uint8Array) => void) | undefined;
  #request = '';
  #cancelRound: CancelTimer = () => undefined;

  constructor(options: GpsdSimulatorOptions = {}) {
    const { release = '3.22', protocolMajor = 3, clock = systemClock } = options;
    this.#route = options.route ?? defaultRoute;
    this.#speedMmPerS = options.speedMmPerS ?? 22_222;
    this.#version = `{"class":"VERSION","release":"${release}","rev":"${release}","proto_major":${protocolMajor},"proto_minor":14}`;
    this.#clock = clock;
    this.#timers = options.timers ?? systemTimers;
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
    return placeOnRoute(this.#route, uptimeMs - this.#startUptimeMs, this.#speedMmPerS);
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#cancelRound();
    this.#request = '';
    this.#send = send;
    this.#tell(this.#version);
  }

  receive(bytes: Uint8Array): void {
    this.#request = (this.#request + String.fromCharCode(...bytes)).slice(-maxRequestCharacters);
    const requests = this.#request.split('\n');
    this.#request = requests.pop() ?? '';
    for (const request of requests) this.#answer(request.trim());
  }

  stop(): void {
    this.#cancelRound();
    this.#send = undefined;
  }

  #answer(request: string): void {
    if (request === '?VERSION;') this.#tell(this.#version);
    else if (/^\?WATCH=\{.*"enable":true.*\};$/.test(request)) this.#watch();
    else this.#tell('{"class":"ERROR","message":"Unrecognized request"}');
  }

  #watch(): void {
    this.#tell(
      '{"class":"DEVICES","devices":[{"class":"DEVICE","path":"/dev/ttyACM0","driver":"NMEA0183"}]}',
    );
    this.#tell('{"class":"WATCH","enable":true,"json":true,"nmea":false,"raw":0}');
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelRound();
    this.#cancelRound = this.#timers.after(roundMs, () => {
      if (this.hasReceiver) this.#round();
      this.#schedule();
    });
  }

  #round(): void {
    const time = new Date(this.#clock.now().unixMs).toISOString();
    const head = `"device":"/dev/ttyACM0","time":"${time}"`;
    if (this.isInTunnel) {
      this.#tell(`{"class":"TPV",${head},"mode":1}`);
      return;
    }
    const { latitudeDegE7, longitudeDegE7 } = this.place;
    const place = `"lat":${degrees(latitudeDegE7)},"lon":${degrees(longitudeDegE7)}`;
    const speed = ((this.isStuck ? 0 : this.#speedMmPerS) / 1000).toFixed(3);
    const used = 8 + Math.floor(this.#random() * 5);
    this.#tell(
      `{"class":"SKY",${head},"hdop":${(0.7 + this.#random() * 0.5).toFixed(2)},"nSat":${used + 3},"uSat":${used}}`,
    );
    this.#tell(`{"class":"TPV",${head},"mode":3,${place},"altMSL":212.4000,"speed":${speed}}`);
  }

  #tell(line: string): void {
    if (!this.isMute) this.#send?.(new TextEncoder().encode(`${line}\r\n`));
  }
}

/** Nine digits behind the point, as gpsd writes them. */
function degrees(degE7: number): string {
  const size = String(Math.abs(degE7)).padStart(8, '0');
  return `${degE7 < 0 ? '-' : ''}${size.slice(0, -7)}.${size.slice(-7)}00`;
}
