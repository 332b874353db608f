// Temperatures, durations, moments and numbers in the words of a report. The locale of the machine plays no part. Pure.

import type { ReportWords } from './words-en.js';

const MS = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DEGREES_E7 = 10_000_000;

export class NumberText {
  readonly #decimal: string;

  constructor({ decimal }: Pick<ReportWords, 'decimal'>) {
    this.#decimal = decimal;
  }

  /** `5.13 °C`. */
  celsius(milliC: number, digits = 2): string {
    return `${this.fixed(milliC / 1000, digits)} °C`;
  }

  /** As few decimals as tell it: `8 °C`, `-0.5 °C`. */
  limit(milliC: number): string {
    return `${String(milliC / 1000).replace('.', this.#decimal)} °C`;
  }

  /** Of the fraction that toFixed gives; never a negative zero. */
  fixed(value: number, digits: number): string {
    const text = value.toFixed(digits).replace(/^-(0(\.0+)?)$/, '$1');
    return text.replace('.', this.#decimal);
  }

  /** Two units at most: `3 d 4 h`, `12 min 5 s`. */
  duration(ms: number): string {
    if (ms < MS.s) return `${Math.round(ms)} ms`;
    const units = Object.entries(MS).reverse();
    const first = units.findIndex(([, length]) => ms >= length);
    const [name, length] = units[first] ?? ['s', MS.s];
    const whole = Math.floor(ms / length);
    const [nextName, nextLength] = units[first + 1] ?? [undefined, 1];
    const rest = nextName === undefined ? 0 : Math.floor((ms - whole * length) / nextLength);
    return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${nextName}`;
  }

  /** `2026-03-01 08:00:00`, UTC. */
  moment(instant: string): string {
    return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;
  }

  /** The same on two lines, for a column. */
  momentLines(instant: string): string {
    return `${instant.slice(0, 10)}\n${instant.slice(11, 19)}`;
  }

  /** `2026-03-01 08:00`, UTC. */
  minute(instant: string): string {
    return `${instant.slice(0, 10)} ${instant.slice(11, 16)}`;
  }

  /** `47.55321, 7.59012`: a metre. */
  position({ latitudeDegE7, longitudeDegE7 }: { latitudeDegE7: number; longitudeDegE7: number }): string {
    return [latitudeDegE7, longitudeDegE7].map((e7) => (e7 / DEGREES_E7).toFixed(5)).join(', ');
  }

  /** `1 000 000`, with narrow spaces that do not break. */
  count(value: number): string {
    return String(value).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
  }
}
