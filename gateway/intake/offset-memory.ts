// Remembers over restarts what each transmitter's calibration offsets were, so that one changed while the gateway
// was off is told too. Kept beside the judges' states: it enters the journal in the commit of the record.

import type { CalibrationOffset } from '../../firmware-bridge/observation.js';

const PREFIX = 'offset/';

/** As the Modbus driver asks for it. */
const nameOf = ({ sensorId, register }: CalibrationOffset) => `${sensorId} ${register}`;

export class OffsetMemory {
  readonly #offsets = new Map<string, number>();

  /** @param stored the rows of judge_state; other keys are not its own */
  constructor(stored: ReadonlyMap<string, string>) {
    for (const [key, value] of stored) {
      if (key.startsWith(PREFIX)) this.#offsets.set(key.slice(PREFIX.length), Number(value));
    }
  }

  /** Thousandths of a degree or of a percent, by `sensorId register`. */
  get known(): ReadonlyMap<string, number> {
    return this.#offsets;
  }

  /** Takes a reading of a register. @returns the row to store with it, none while nothing is new */
  note(offset: CalibrationOffset): readonly (readonly [key: string, value: string])[] {
    const name = nameOf(offset);
    if (this.#offsets.get(name) === offset.offsetMilli) return [];
    this.#offsets.set(name, offset.offsetMilli);
    return [[PREFIX + name, String(offset.offsetMilli)]];
  }
}
