// Driver of a door contact at a GPIO line: its state at the start, at each settled edge, and now and then again.
// An edge is believed after it has settled, and checked by a reading a second later: the kernel's queue of edges can
// overflow, and a line is not watched in the milliseconds around a reading.

import { BridgeError } from '../bridge-error.js';
import type { CancelTimer } from '../clock.js';
import type { DeviceDriver, DeviceLink, DeviceSession } from '../device.js';
import { Scanner } from '../framing/scanner.js';
import type { Arrival } from '../observation.js';
import { type ContactLine, encodeRequest, maxContactLineBytes, tryContactLine } from './contact-line.js';

export interface DoorContactSettings {
  readonly id: string;
  /** Of the door's observations. */
  readonly sensorId: string;
  /**
   * Which level means open. Default true: a contact to ground with a pull-up, closed by the magnet of a shut door,
   * so that a cut cable reads as open.
   */
  readonly isOpenWhenHigh?: boolean | undefined;
  /** A level that lasts for less is bounce. 0..5000 ms, default 50. */
  readonly debounceMs?: number | undefined;
  /** The state is read and told again this often, so that silence is visible. 1000..3600000 ms, default 60000. */
  readonly repeatMs?: number | undefined;
}

interface CompleteSettings {
  readonly id: string;
  readonly sensorId: string;
  readonly isOpenWhenHigh: boolean;
  readonly debounceMs: number;
  readonly repeatMs: number;
}

const settleMs = 0;
const replyTimeoutMs = 10_000;
/** After an edge was believed. */
const verifyAfterMs = 1000;
/** A contact that chatters for longer is read instead of waited for. */
const maxBurstMs = 1000;

/** Throws BridgeError READER_CONFIG for a time out of range. */
export function gpioDriver(settings: DoorContactSettings): DeviceDriver {
  const { id, sensorId, isOpenWhenHigh = true, debounceMs = 50, repeatMs = 60_000 } = settings;
  checkRange(id, 'debounce', debounceMs, 0, 5000);
  checkRange(id, 'repeat', repeatMs, 1000, 3_600_000);
  const all = { id, sensorId, isOpenWhenHigh, debounceMs, repeatMs };
  return { id, cadenceMs: repeatMs, settleMs, connect: (link) => new ContactSession(all, link) };
}

type TimerName = 'reply' | 'settle' | 'verify' | 'repeat';

/** Edges that follow each other faster than the debounce time. */
interface Burst {
  readonly firstAt: Arrival;
  isHigh: boolean;
}

class ContactSession implements DeviceSession {
  readonly #settings: CompleteSettings;
  readonly #link: DeviceLink;
  readonly #scanner: Scanner<ContactLine>;
  readonly #timers = new Map<TimerName, CancelTimer>();
  #named: ((chip: string) => void) | undefined;
  #isStarted = false;
  #burst: Burst | undefined;
  #toldIsHigh: boolean | undefined;
  #isRepetitionDue = true;

  constructor(settings: CompleteSettings, link: DeviceLink) {
    this.#settings = settings;
    this.#link = link;
    this.#scanner = new Scanner(tryContactLine, maxContactLineBytes, link.counters);
  }

  onBytes(bytes: Uint8Array): void {
    const at = this.#link.clock.now();
    for (const line of this.#scanner.push(bytes)) {
      this.#link.frameSeen();
      if (line.kind === 'chip') this.#named?.(line.name);
      else if (this.#isStarted && line.kind === 'level') this.#onLevel(line.isHigh, at);
      else if (this.#isStarted && line.kind === 'edge') this.#onEdge(line.isRising, at);
    }
  }

  /** A contact has no name, its chip has: another label is another chip, or a kernel that counts them anew. */
  identify(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#named = (chip) => {
        this.#stopTimer('reply');
        resolve(chip);
      };
      this.#startTimer('reply', replyTimeoutMs, () => {
        this.#link.counters.timeouts += 1;
        const message = `${this.#settings.id}: the chip is not named in ${replyTimeoutMs} ms`;
        reject(new BridgeError('REPLY_TIMEOUT', message, 'Try `gpiodetect` by hand.'));
      });
      this.#link.write(encodeRequest('chip'));
    });
  }

  start(): void {
    this.#isStarted = true;
    this.#repeat();
  }

  stop(): void {
    for (const name of [...this.#timers.keys()]) this.#stopTimer(name);
  }

  #repeat(): void {
    this.#isRepetitionDue = true;
    this.#startTimer('repeat', this.#settings.repeatMs, () => this.#repeat());
    this.#read();
  }

  #read(): void {
    if (this.#timers.has('reply')) return;
    this.#startTimer('reply', replyTimeoutMs, () => {
      this.#link.counters.timeouts += 1;
      this.#link.fault(`the level was not read within ${replyTimeoutMs} ms`);
    });
    this.#link.write(encodeRequest('level'));
  }

  #onLevel(isHigh: boolean, at: Arrival): void {
    this.#stopTimer('reply');
    // Edges before it are older than the level.
    this.#burst = undefined;
    this.#stopTimer('settle');
    if (this.#isRepetitionDue || isHigh !== this.#toldIsHigh) this.#tell(isHigh, at);
    this.#isRepetitionDue = false;
  }

  #onEdge(isRising: boolean, at: Arrival): void {
    this.#burst ??= { firstAt: at, isHigh: isRising };
    this.#burst.isHigh = isRising;
    if (at.uptimeMs - this.#burst.firstAt.uptimeMs >= maxBurstMs) {
      this.#burst = undefined;
      this.#stopTimer('settle');
      this.#read();
      return;
    }
    this.#startTimer('settle', this.#settings.debounceMs, () => this.#onSettled());
  }

  #onSettled(): void {
    const burst = this.#burst;
    this.#burst = undefined;
    if (burst !== undefined && burst.isHigh !== this.#toldIsHigh) this.#tell(burst.isHigh, burst.firstAt);
    this.#startTimer('verify', verifyAfterMs, () => this.#read());
  }

  #tell(isHigh: boolean, at: Arrival): void {
    this.#toldIsHigh = isHigh;
    const { sensorId, isOpenWhenHigh } = this.#settings;
    this.#link.emit({ kind: 'door', sensorId, at, isOpen: isHigh === isOpenWhenHigh, quality: 'good' });
  }

  /** Takes the place of a timer of the same name. */
  #startTimer(name: TimerName, delayMs: number, run: () => void): void {
    this.#stopTimer(name);
    const cancel = this.#link.timers.after(delayMs, () => {
      this.#timers.delete(name);
      run();
    });
    this.#timers.set(name, cancel);
  }

  #stopTimer(name: TimerName): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}

function checkRange(id: string, what: string, valueMs: number, low: number, high: number): void {
  if (Number.isInteger(valueMs) && valueMs >= low && valueMs <= high) return;
  throw new BridgeError(
    'READER_CONFIG',
    `${id}: ${what} time ${valueMs} ms is not in ${low}..${high}`,
    'Write whole milliseconds.',
  );
}
