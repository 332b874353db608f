// Numbers, times and units as a reader of one language writes them. Times are UTC, as the records are.

import type { Messages } from './messages-en.js';
import type { ShownRecord } from './shown-records.js';

const MILLI = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export class Words {
  readonly #messages: Messages;
  readonly #number: Intl.NumberFormat;
  readonly #degrees: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;

  constructor(messages: Messages) {
    this.#messages = messages;
    const { language } = messages;
    this.#number = new Intl.NumberFormat(language);
    this.#degrees = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 3 });
    this.#time = new Intl.DateTimeFormat(language, {
      dateStyle: 'medium',
      timeStyle: 'medium',
      timeZone: 'UTC',
    });
  }

  count(value: number | undefined): string {
    return value === undefined ? '?' : this.#number.format(value);
  }

  time(ms: number | undefined): string {
    if (ms === undefined || Number.isNaN(new Date(ms).getTime())) return '?';
    return `${this.#time.format(ms)} UTC`;
  }

  degrees(milliC: number | undefined): string {
    return milliC === undefined ? '?' : `${this.#degrees.format(milliC / MILLI)} °C`;
  }

  duration(ms: number | undefined): string {
    if (ms === undefined) return '';
    const { hours, minutes } = this.#messages;
    if (ms < HOUR_MS) return `${this.#number.format(Math.round(ms / MINUTE_MS))} ${minutes}`;
    const whole = Math.floor(ms / HOUR_MS);
    return `${this.#number.format(whole)} ${hours} ${Math.round((ms % HOUR_MS) / MINUTE_MS)} ${minutes}`;
  }

  /** A record's value with its unit; empty where it has none. */
  value({ value, unit }: Pick<ShownRecord, 'value' | 'unit'>): string {
    switch (unit) {
      case undefined:
        return '';
      case 'milliC':
        return this.degrees(value);
      case 'milliPercent':
        return `${this.#degrees.format(value / MILLI)} %`;
      case 'milliDbm':
        return `${this.#number.format(value / MILLI)} dBm`;
      case 'isOpen':
        return value === 1 ? this.#messages.doorOpen : this.#messages.doorClosed;
      default:
        return `${this.#number.format(value)} ${unit}`;
    }
  }
}
