// A folder of JSON files, one letter each, named after its sequence. Written atomically: a power cut leaves the old file,
// the new one, or none, never half of one. Two processes may use it, the gateway and a command: files are moved whole.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flushFolder, replaceFile } from '../journal/replace-file.js';
import { WebhookError } from './webhook-error.js';

/** Sequences are 48-bit numbers: names sort as the numbers do. */
const DIGITS = 15;
const filePattern = /^([0-9]{15})\.json$/;

const nameOf = (sequence: number) => `${String(sequence).padStart(DIGITS, '0')}.json`;

export class LetterFolder {
  constructor(readonly path: string) {}

  /** Oldest first; none if the folder is absent. @throws WebhookError DEAD_LETTERS_UNREADABLE */
  sequences(): number[] {
    return (
      this.#reading(() =>
        readdirSync(this.path)
          .flatMap((name) => filePattern.exec(name)?.[1] ?? [])
          .map(Number)
          .sort((a, b) => a - b),
      ) ?? []
    );
  }

  /** The text of a letter; undefined if there is none. @throws WebhookError DEAD_LETTERS_UNREADABLE */
  read(sequence: number): string | undefined {
    return this.#reading(() => readFileSync(join(this.path, nameOf(sequence)), 'utf8'));
  }

  /** Durable when it returns. @throws WebhookError DEAD_LETTERS_UNWRITABLE */
  write(sequence: number, text: string): void {
    this.#writing(() => {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
      replaceFile(join(this.path, nameOf(sequence)), text);
    });
  }

  /** @throws WebhookError DEAD_LETTERS_UNWRITABLE */
  remove(sequence: number): void {
    this.#writing(() => rmSync(join(this.path, nameOf(sequence)), { force: true }));
  }

  /** Whether it was there to be moved. @throws WebhookError DEAD_LETTERS_UNWRITABLE */
  move(sequence: number, to: LetterFolder): boolean {
    return this.#writing(() => {
      mkdirSync(to.path, { recursive: true, mode: 0o700 });
      try {
        renameSync(join(this.path, nameOf(sequence)), join(to.path, nameOf(sequence)));
      } catch (error) {
        if (isAbsence(error)) return false;
        throw error;
      }
      flushFolder(to.path);
      flushFolder(this.path);
      return true;
    });
  }

  #reading<Value>(read: () => Value): Value | undefined {
    try {
      return read();
    } catch (cause) {
      if (isAbsence(cause)) return undefined;
      throw new WebhookError(
        'DEAD_LETTERS_UNREADABLE',
        `${this.path} cannot be read`,
        'check the folder and its owner: run as the user of the gateway',
        cause,
      );
    }
  }

  #writing<Value>(write: () => Value): Value {
    try {
      return write();
    } catch (cause) {
      throw new WebhookError(
        'DEAD_LETTERS_UNWRITABLE',
        `${this.path} cannot be written`,
        'check the folder, its owner and the free space',
        cause,
      );
    }
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
