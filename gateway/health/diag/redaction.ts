// Takes names, places, parties, numbers of devices and secrets out of whatever goes into a bundle for support. Two nets: every
// text that the configuration and the journal know is replaced wherever it stands, and what looks like an address, a key or a
// person is replaced whether it is known or not. The same text gets the same mark within one bundle, so that one can follow it;
// marks of two bundles do not compare, and nobody can try names against them.

import { createHmac, randomBytes } from 'node:crypto';

const MARK_DIGITS = 8;
/** A name of one sign would take single letters out of every sentence. */
const SHORTEST = 2;

/** Words of the program itself that operators also use as names: they say nothing about anybody. */
const ownWords: ReadonlySet<string> = new Set([
  ...[
    'gateway',
    'console',
    'journal',
    'local',
    'intake',
    'ledger',
    'ledger-sync',
    'broker',
    'embedded',
    'true',
    'false',
  ],
  ...[
    'info',
    'warn',
    'error',
    'debug',
    'auto',
    'none',
    'good',
    'ready',
    'data',
    'json',
    'cbor',
    'temperature',
    'humidity',
  ],
]);

/** In this order: what holds another comes first. */
const shapes: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['key', /-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g],
  ['url', /\b[a-z][a-z0-9+.-]{1,10}:\/\/[^\s"'<>\\,)\]}]+/gi],
  ['mail', /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/g],
  ['hex', /\b(0x)?[0-9a-f]{16,}\b/gi],
  ['token', /\b[A-Za-z0-9+/_-]{32,}={0,2}/g],
  ['mac', /\b[0-9a-f]{2}([:-][0-9a-f]{2}){5}\b/gi],
  ['ipv6', /(?<![\w:])([0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])/gi],
  ['ipv4', /\b(?!127\.0\.0\.1\b|0\.0\.0\.0\b)\d{1,3}(\.\d{1,3}){3}\b/g],
  ['place', /-?\b\d{1,3}\.\d{4,}\b[,;\s]+-?\d{1,3}\.\d{4,}\b/g],
  ['serial', /(?<=\b(serial(number)?|SerialNumber|iSerial)["':= ]{1,4})[^\s"',]+/gi],
  ['by-id', /\/dev\/serial\/by-(id|path)\/[^\s"',]+/g],
  ['home', /\/home\/[^\s"',/]+/g],
];

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

export class Redaction {
  readonly #salt = randomBytes(16);
  readonly #known: RegExp | undefined;

  /** @param known names, places, parties, numbers and secrets, in any order */
  constructor(known: Iterable<string>) {
    const texts = [...new Set([...known].flatMap(formsOf))]
      .filter((text) => text.length >= SHORTEST && !ownWords.has(text.toLowerCase()))
      .sort((a, b) => b.length - a.length);
    // Not inside of a longer word: a probe that is called `on` must not cut `connection`.
    const bounded = texts.map((text) => `(?<![\\p{L}\\p{N}])${escaped(text)}(?![\\p{L}\\p{N}])`);
    this.#known = bounded.length === 0 ? undefined : new RegExp(bounded.join('|'), 'giu');
  }

  /** What stands in place of a text. */
  mark(kind: string, text: string): string {
    const digest = createHmac('sha256', this.#salt).update(text.toLowerCase()).digest('hex');
    return `[${kind} ${digest.slice(0, MARK_DIGITS)}]`;
  }

  /** The same text without what is nobody's business. */
  text(text: string): string {
    const named = this.#known ? text.replace(this.#known, (found) => this.mark('name', found)) : text;
    return shapes.reduce(
      (left, [kind, shape]) =>
        left.replace(shape, (found) => (isMark(found) ? found : this.mark(kind, found))),
      named,
    );
  }
}

const isMark = (text: string) => /^\[[a-z0-9-]+ [0-9a-f]{8}\]$/.test(text);

/** As it stands, and as JSON writes it. */
function formsOf(text: string): string[] {
  const clean = text.trim();
  return [clean, JSON.stringify(clean).slice(1, -1), encodeURIComponent(clean)];
}
