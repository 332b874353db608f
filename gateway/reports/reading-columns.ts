// The readings of one probe in columns: 35 bytes each, so that a million of them fit a small machine. They come in the
// order of the log and leave in the order of their own times, which late readings change. Pure.

/** What the judges make of a reading. */
export interface ColumnReading {
  readonly sequence: number;
  readonly bootCount: number;
  /** Monotonic ms of its boot when it was measured. */
  readonly uptimeMs: number;
  /** Unix ms when it was measured, by the gateway's clock. */
  readonly measuredAtMs: number;
  /** What the clock said when it came, where a later record says that this was wrong. */
  readonly recordedAtMs?: number | undefined;
  /** As recorded. */
  readonly milliC: number;
  /** One of qualityCodes, or a later one. */
  readonly quality: number;
  /** The value is a number that counts, unless it is suspect and nobody confirms it. */
  readonly hasNumber: boolean;
  readonly isSuspect: boolean;
  readonly doubt: 'calibration' | 'clock' | undefined;
  readonly isLate: boolean;
}

const flags = { counts: 1, calibration: 2, clock: 4, late: 8 } as const;
const FIRST_CAPACITY = 1024;

/** One reading in the order of times. */
export interface PlacedReading {
  readonly axisMs: number;
  readonly measuredAtMs: number;
  readonly recordedAtMs: number | undefined;
  readonly milliC: number;
  readonly quality: number;
  readonly sequence: number;
  /** The value counts as a temperature of the cargo. */
  readonly counts: boolean;
  readonly isLate: boolean;
  readonly doubt: 'calibration' | 'clock' | undefined;
}

export class ReadingColumns {
  #size = 0;
  #sequence = new Float64Array(FIRST_CAPACITY);
  #uptimeMs = new Float64Array(FIRST_CAPACITY);
  #measuredAtMs = new Float64Array(FIRST_CAPACITY);
  /** Made for the first one that has it; NaN for those that have none. */
  #recordedAtMs: Float64Array | undefined;
  #milliC = new Float64Array(FIRST_CAPACITY);
  #boot = new Uint32Array(FIRST_CAPACITY);
  #quality = new Uint16Array(FIRST_CAPACITY);
  #flags = new Uint8Array(FIRST_CAPACITY);
  /** Index of a suspect reading that waits for a word on whether it was true. */
  #held: number | undefined;
  #order: Uint32Array | undefined;
  #axisMs = new Float64Array(0);

  get size(): number {
    return this.#size;
  }

  push(reading: ColumnReading): void {
    const index = this.#size++;
    if (index >= this.#flags.length) this.#grow();
    this.#sequence[index] = reading.sequence;
    this.#uptimeMs[index] = reading.uptimeMs;
    this.#measuredAtMs[index] = reading.measuredAtMs;
    if (reading.recordedAtMs !== undefined) {
      this.#recordedAtMs ??= new Float64Array(this.#flags.length).fill(Number.NaN);
      this.#recordedAtMs[index] = reading.recordedAtMs;
    }
    this.#milliC[index] = reading.milliC;
    this.#boot[index] = reading.bootCount;
    this.#quality[index] = reading.quality;
    const isCounted = reading.hasNumber && !reading.isSuspect;
    this.#flags[index] =
      (isCounted ? flags.counts : 0) |
      (reading.doubt === undefined ? 0 : flags[reading.doubt]) |
      (reading.isLate ? flags.late : 0);
    this.#held = reading.isSuspect && reading.hasNumber ? index : undefined;
  }

  /** Says what became of the newest reading, if that was suspect. */
  resolve(isConfirmed: boolean): void {
    if (this.#held !== undefined && isConfirmed) this.#flags[this.#held] = this.#flagsAt(this.#held) | 1;
    this.#held = undefined;
  }

  /** Puts them in the order of their times. @param offsetOf what must be added to an uptime of that boot */
  place(offsetOf: (bootCount: number) => number): void {
    const axisMs = new Float64Array(this.#size);
    let isSorted = true;
    for (let index = 0; index < this.#size; index++) {
      axisMs[index] = offsetOf(this.#boot[index] as number) + (this.#uptimeMs[index] as number);
      if (index > 0 && (axisMs[index] as number) < (axisMs[index - 1] as number)) isSorted = false;
    }
    this.#axisMs = axisMs;
    const order = Uint32Array.from({ length: this.#size }, (_, index) => index);
    // The sort is stable: of two that were measured at once the one that came first stays first.
    if (!isSorted) order.sort((a, b) => (axisMs[a] as number) - (axisMs[b] as number) || a - b);
    this.#order = order;
  }

  /** The reading in that place of the order of times; only after `place`. */
  at(place: number): PlacedReading {
    const index = this.#order?.[place];
    if (index === undefined || place >= this.#size) throw new RangeError(`there is no reading ${place}`);
    return this.#reading(index);
  }

  /** Of the reading that came so many after the first. */
  sequenceOf(index: number): number {
    return this.#sequence[index] as number;
  }

  /** The reading that came so many after the first; only after `place`. */
  cameAt(index: number): PlacedReading {
    return this.#reading(index);
  }

  #reading(index: number): PlacedReading {
    const set = this.#flagsAt(index);
    return {
      axisMs: this.#axisMs[index] as number,
      measuredAtMs: this.#measuredAtMs[index] as number,
      recordedAtMs: numberOr(this.#recordedAtMs?.[index]),
      milliC: this.#milliC[index] as number,
      quality: this.#quality[index] as number,
      sequence: this.#sequence[index] as number,
      counts: (set & flags.counts) !== 0,
      isLate: (set & flags.late) !== 0,
      doubt: set & flags.calibration ? 'calibration' : set & flags.clock ? 'clock' : undefined,
    };
  }

  #flagsAt(index: number): number {
    return this.#flags[index] as number;
  }

  #grow(): void {
    const capacity = this.#flags.length * 2;
    this.#sequence = grown(this.#sequence, new Float64Array(capacity));
    this.#uptimeMs = grown(this.#uptimeMs, new Float64Array(capacity));
    this.#measuredAtMs = grown(this.#measuredAtMs, new Float64Array(capacity));
    this.#recordedAtMs &&= grown(this.#recordedAtMs, new Float64Array(capacity).fill(Number.NaN));
    this.#milliC = grown(this.#milliC, new Float64Array(capacity));
    this.#boot = grown(this.#boot, new Uint32Array(capacity));
    this.#quality = grown(this.#quality, new Uint16Array(capacity));
    this.#flags = grown(this.#flags, new Uint8Array(capacity));
  }
}

const numberOr = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? undefined : value;

function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
