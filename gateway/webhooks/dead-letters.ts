// Events that a receiver did not take, kept until a person asks for them to be sent again. At most a thousand a
// receiver: then the oldest is dropped and counted. The log keeps the records themselves, whatever becomes of a letter.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { identifierPattern } from '../../config/fields.js';
import type { CloudEvent } from './cloud-event.js';
import { LetterFolder } from './letter-folder.js';

const MAX_LETTERS = 1000;
/** The one file of the folder of counts. */
const COUNT = 0;

const letterSchema = z.strictObject({
  version: z.literal(1),
  sequence: z.int().nonnegative(),
  failedAtMs: z.int().nonnegative(),
  tries: z.int().nonnegative(),
  reason: z.string(),
  event: z.looseObject({ id: z.string(), type: z.string(), time: z.string() }),
});

const countSchema = z.strictObject({ dropped: z.int().nonnegative() });

/** An event that was not delivered, and why. */
export interface DeadLetter {
  readonly sequence: number;
  /** By the gateway's clock. */
  readonly failedAtMs: number;
  readonly tries: number;
  /** For a person. */
  readonly reason: string;
  readonly event: CloudEvent;
}

function parsed<Value>(schema: z.ZodType<Value>, text: string | undefined): Value | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Names of the receivers that have dead letters, or had some. */
export function webhooksWithLetters(dataDir: string): string[] {
  try {
    return readdirSync(join(dataDir, 'webhooks'))
      .filter((name) => identifierPattern.test(name))
      .sort();
  } catch {
    return [];
  }
}

export class DeadLetters {
  readonly #dead: LetterFolder;
  readonly #again: LetterFolder;
  readonly #counts: LetterFolder;
  readonly #maxLetters: number;

  /** @param name of the receiver, an identifier */
  constructor(dataDir: string, name: string, maxLetters: number = MAX_LETTERS) {
    const folder = join(dataDir, 'webhooks', name);
    this.#dead = new LetterFolder(join(folder, 'dead'));
    this.#again = new LetterFolder(join(folder, 'again'));
    this.#counts = new LetterFolder(join(folder, 'dropped'));
    this.#maxLetters = maxLetters;
  }

  /** Letters that were dropped for want of room since the beginning. @throws WebhookError DEAD_LETTERS_UNREADABLE */
  get dropped(): number {
    return parsed(countSchema, this.#counts.read(COUNT))?.dropped ?? 0;
  }

  /** Keeps a letter, durably. @returns how many were dropped for it @throws WebhookError DEAD_LETTERS_UNWRITABLE */
  add(letter: DeadLetter): number {
    this.#dead.write(letter.sequence, JSON.stringify({ version: 1, ...letter }));
    this.#again.remove(letter.sequence);
    const kept = this.#dead.sequences();
    const surplus = kept.slice(0, Math.max(0, kept.length - this.#maxLetters));
    // Counted first: after a power cut one may be counted twice, and none is lost untold.
    if (surplus.length > 0) {
      this.#counts.write(COUNT, JSON.stringify({ dropped: this.dropped + surplus.length }));
    }
    for (const sequence of surplus) this.#dead.remove(sequence);
    return surplus.length;
  }

  /** All that wait for a person, the oldest first, and the sequences of files that are damaged. */
  list(): { readonly letters: DeadLetter[]; readonly damaged: number[] } {
    const letters: DeadLetter[] = [];
    const damaged: number[] = [];
    for (const sequence of this.#dead.sequences()) {
      const letter = this.#letterIn(this.#dead, sequence);
      if (letter) letters.push(letter);
      else damaged.push(sequence);
    }
    return { letters, damaged };
  }

  /** How many wait to be sent again. */
  get requeued(): number {
    return this.#again.sequences().length;
  }

  /**
   * Asks for letters to be sent again: one, or all that can be read.
   * @returns how many were there
   * @throws WebhookError DEAD_LETTERS_UNREADABLE, DEAD_LETTERS_UNWRITABLE
   */
  requeue(sequence?: number): number {
    const { letters } = this.list();
    const chosen = letters.filter((letter) => sequence === undefined || letter.sequence === sequence);
    return chosen.filter((letter) => this.#dead.move(letter.sequence, this.#again)).length;
  }

  /** The oldest that is to be sent again; what is damaged goes back to the dead. */
  nextAgain(): DeadLetter | undefined {
    for (const sequence of this.#again.sequences()) {
      const letter = this.#letterIn(this.#again, sequence);
      if (letter) return letter;
      this.#again.move(sequence, this.#dead);
    }
    return undefined;
  }

  /** It was delivered after all. @throws WebhookError DEAD_LETTERS_UNWRITABLE */
  settle(sequence: number): void {
    this.#again.remove(sequence);
  }

  #letterIn(folder: LetterFolder, sequence: number): DeadLetter | undefined {
    const found = parsed(letterSchema, folder.read(sequence));
    if (found?.sequence !== sequence) return undefined;
    const { failedAtMs, tries, reason, event } = found;
    // Written by this program from a CloudEvent; the receiver checks what it gets.
    return { sequence, failedAtMs, tries, reason, event: event as unknown as CloudEvent };
  }
}
