// Which tags of a field have told their TID, and whose is read next. A read costs sightings of other tags, so a tag is asked
// when it comes, and again after it was away or after a while: a chip may be swapped under its EPC. Pure; bounded.

/** Of 16 bits: the class, maker, model and 48 bits of serial that most chips have. */
const USUAL_WORDS = 6;
/** The next shorter question where a chip's TID bank ends earlier. */
const shorterWords: ReadonlyMap<number, number> = new Map([
  [6, 4],
  [4, 2],
]);
/**
 * How often the same TID must be heard before it is told. The check of some readers' frames is one byte, and no tag's CRC
 * covers a TID: damage that passes once would be another chip, that is a forgery.
 */
const SURE_COUNT = 2;
/**
 * Readings before a tag is asked no more: of two chips with one EPC either may answer, and one hides behind the other in one
 * of eight rounds of four.
 */
const LEAST_READINGS = 4;
/** Different TIDs under one EPC that are told apart; two are a copy already. */
const MAX_HEARD = 4;
/** Questions to one tag in a row; a tag at the edge of the field answers few of them. */
const MAX_TRIES = 10;
/** Not seen for this long, a tag has left; who comes back may be another chip. */
const ABSENT_MS = 10_000;
/** Not seen for this long, it is not worth a question. */
const GONE_MS = 2000;
const REREAD_MS = 300_000;
/** After a tag that answered no question. */
const REST_MS = 60_000;
/** Beyond it the tag that was not seen for longest is forgotten, and asked anew if it comes. */
const MAX_TAGS = 1024;

interface Tag {
  lastSeenMs: number;
  antenna: number;
  words: number;
  tries: number;
  /** What was heard since it came, and how often. */
  readonly heard: Map<string, number>;
  /** When enough was heard or tried. */
  settledMs: number | undefined;
}

/** Times are monotonic ms, EPCs and TIDs lower-case hex. */
export class TidBook {
  /** The one seen last is the last. */
  readonly #tags = new Map<string, Tag>();
  readonly #open = new Set<string>();

  /** A tag was seen, at this antenna. */
  see(epc: string, atMs: number, antenna = 1): void {
    const known = this.#tags.get(epc);
    const isNew = known === undefined || isDueAgain(known, atMs);
    const tag = isNew ? newTag(atMs) : known;
    tag.lastSeenMs = atMs;
    tag.antenna = antenna;
    this.#tags.delete(epc);
    this.#tags.set(epc, tag);
    if (isNew) this.#open.add(epc);
    if (this.#tags.size <= MAX_TAGS) return;
    const [oldest] = this.#tags.keys();
    if (oldest !== undefined) this.#forget(oldest);
  }

  /** Tags in the field whose TID should be read, the least asked first. */
  due(atMs: number): readonly string[] {
    const waiting: { epc: string; tries: number }[] = [];
    for (const epc of this.#open) {
      const tag = this.#tags.get(epc);
      const awayMs = atMs - (tag?.lastSeenMs ?? 0);
      if (tag === undefined || awayMs > ABSENT_MS) this.#open.delete(epc);
      else if (awayMs <= GONE_MS) waiting.push({ epc, tries: tag.tries });
    }
    return waiting.sort((a, b) => a.tries - b.tries).map(({ epc }) => epc);
  }

  /** Where it was seen last; readers do not say where they read memory. */
  antennaOf(epc: string): number {
    return this.#tags.get(epc)?.antenna ?? 1;
  }

  /** How many words of the TID bank to ask this tag for: 6, 4 or 2. */
  wordsOf(epc: string): number {
    return this.#tags.get(epc)?.words ?? USUAL_WORDS;
  }

  /** A tag told its TID. @returns whether it was heard often enough to be told on */
  hear(epc: string, tid: string, atMs: number): boolean {
    const tag = this.#tags.get(epc);
    if (tag === undefined) return false;
    const count = (tag.heard.get(tid) ?? 0) + 1;
    if (count > 1 || tag.heard.size < MAX_HEARD) tag.heard.set(tid, count);
    const counts = [...tag.heard.values()];
    const isEnough = counts.every((heard) => heard >= SURE_COUNT) && sumOf(counts) >= LEAST_READINGS;
    this.#tried(epc, tag, atMs, isEnough);
    return count >= SURE_COUNT;
  }

  /** A tag was asked and did not answer. */
  miss(epc: string, atMs: number): void {
    const tag = this.#tags.get(epc);
    if (tag) this.#tried(epc, tag, atMs, false);
  }

  /** A tag said that its bank has fewer words than it was asked for. */
  tooLong(epc: string, atMs: number): void {
    const tag = this.#tags.get(epc);
    if (tag === undefined) return;
    const shorter = shorterWords.get(tag.words);
    if (shorter !== undefined) tag.words = shorter;
    this.#tried(epc, tag, atMs, false);
  }

  #tried(epc: string, tag: Tag, atMs: number, isEnough: boolean): void {
    tag.tries += 1;
    if (!isEnough && tag.tries < MAX_TRIES) return;
    tag.settledMs ??= atMs;
    this.#open.delete(epc);
  }

  #forget(epc: string): void {
    this.#tags.delete(epc);
    this.#open.delete(epc);
  }
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

function newTag(atMs: number): Tag {
  return {
    lastSeenMs: atMs,
    antenna: 1,
    words: USUAL_WORDS,
    tries: 0,
    heard: new Map(),
    settledMs: undefined,
  };
}

function isDueAgain({ lastSeenMs, settledMs, heard }: Tag, atMs: number): boolean {
  if (atMs - lastSeenMs > ABSENT_MS) return true;
  return settledMs !== undefined && atMs - settledMs > (heard.size > 0 ? REREAD_MS : REST_MS);
}
