// The text of a JSON document with one place made hostile: a value of another kind, a number or a depth that no reader
// expects, a name that comes twice or means something to JavaScript. Written by hand: JSON.stringify could say none of it.

import type { Noise } from './noise.js';

const DEPTHS = [20, 70, 1_000, 9_000];
const LONG = 70_000;

const atoms = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e400',
  '-1e-400',
  '1E2',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551615',
  '4294967296',
  '253402300800000',
  '8640000000000001',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"0x"',
  '"\\u202e"',
  '{"__proto__":{"version":1}}',
  '{"toString":1,"length":-1}',
  '{"constructor":{"prototype":{}}}',
  '[null]',
  '[[]]',
  '[{}]',
  'NaN',
  'undefined',
  '01',
  '+1',
  '.5',
  "'a'",
  '/**/1',
];
const names = [
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '""',
  '"length"',
  '"\\ud800"',
  '"hasOwnProperty"',
  '"then"',
];

/** The text with one of its values or names changed. */
export function hostileDocument(document: unknown, noise: Noise): string {
  const writer = new Writer(noise, noise.below(countOf(document)));
  return writer.text(document);
}

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((count: number, member) => count + countOf(member), 1);
}

class Writer {
  readonly #noise: Noise;
  #until: number;

  constructor(noise: Noise, until: number) {
    this.#noise = noise;
    this.#until = until;
  }

  text(value: unknown): string {
    this.#until -= 1;
    if (this.#until === -1) return this.#hostile(value);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    return Array.isArray(value)
      ? `[${value.map((item) => this.text(item)).join()}]`
      : `{${this.#members(value).join()}}`;
  }

  #members(value: object): string[] {
    return Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${this.text(member)}`);
  }

  #hostile(value: unknown): string {
    const noise = this.#noise;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    switch (noise.below(isObject ? 9 : 5)) {
      case 0:
      case 1:
        return atoms[noise.below(atoms.length)] ?? 'null';
      case 2:
        return this.#unlikely(value);
      case 3:
        return `[${this.text(value)},${this.text(value)}]`;
      case 4:
        return typeof value === 'number' ? this.#near(value) : this.#cut(value);
      case 5:
        return `{${[...this.#members(value as object), this.#stray()].join()}}`;
      case 6: {
        const members = this.#members(value as object);
        return `{${[...members, members[noise.below(members.length)] ?? this.#stray()].join()}}`;
      }
      case 7:
        return `{${this.#members(value as object)
          .toSpliced(noise.below(8), 1)
          .join()}}`;
      default:
        return `{${[this.#stray(), ...this.#members(value as object)].join()}}`;
    }
  }

  /** What costs a reader most; rare, because it costs the run as well. */
  #unlikely(value: unknown): string {
    const depth = DEPTHS[this.#noise.below(DEPTHS.length)] ?? 1;
    switch (this.#noise.below(12)) {
      case 0:
        return '['.repeat(depth) + ']'.repeat(depth);
      case 1:
        return `${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`;
      case 2:
        return `"${'a'.repeat(LONG)}"`;
      case 3:
        return `[${'0,'.repeat(LONG / 4)}0]`;
      case 4:
        return `1${'0'.repeat(400)}`;
      default:
        return `[${this.text(value)}]`;
    }
  }

  #near(value: number): string {
    const steps = [1, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53)];
    return String(value + (steps[this.#noise.below(steps.length)] ?? 0));
  }

  #cut(value: unknown): string {
    if (typeof value !== 'string') return 'null';
    return JSON.stringify(this.#noise.below(2) === 0 ? value.slice(1) : `${value}${value.slice(-1)}`);
  }

  #stray(): string {
    return `${names[this.#noise.below(names.length)]}:${atoms[this.#noise.below(atoms.length)]}`;
  }
}
