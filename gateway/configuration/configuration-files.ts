// The files of a configuration that can change while nobody watches: coldgate.yaml itself, the last text that was proven
// to run and the one before it, and a note while a new text is on trial. Each is replaced whole and durably, so that a
// power cut at any moment leaves one of the two.

import { accessSync, constants, realpathSync, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { readConfigText } from '../../config/load.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { flushFolder, replaceFile } from '../journal/replace-file.js';
import { ConfigurationError } from './configuration-error.js';
import { configurationHash } from './configuration-hash.js';

const hash = hex(32);

const trialSchema = z.strictObject({
  format: z.literal('coldgate-configuration-trial'),
  version: z.literal(1),
  /** Of the request that the trial is of. */
  id: z.string(),
  from: hash,
  to: hash,
  /** Starts of all roles with the new text. */
  starts: z.int().nonnegative(),
  /** Coming up is not enough: within that time after it the gateway role must show that it does its work. */
  proofLimitMs: z.int().positive().exactOptional(),
  /** Why the old text was put back; absent while the new one is on trial. */
  reverted: z.strictObject({ code: z.string(), message: z.string() }).exactOptional(),
});

/** What the note beside the file says. */
export type Trial = Omit<z.infer<typeof trialSchema>, 'format' | 'version'>;

const MAX_NOTE_CHARACTERS = 4096;

export class ConfigurationFiles {
  /** The file itself, where the given path is a link to it: a link is never replaced. */
  readonly path: string;

  /** @throws ConfigurationError if there is no such file */
  constructor(path: string) {
    try {
      this.path = realpathSync(path);
    } catch (cause) {
      const hint = 'make one with: coldgate init';
      throw new ConfigurationError('CONFIGURATION_ABSENT', `${path} does not exist`, hint, cause);
    }
  }

  /** @throws ConfigError if it cannot be read */
  current(): string {
    return readConfigText(this.path);
  }

  /** The last text that was proven to run, if there is one. */
  lastGood(): string | undefined {
    return this.#optional(this.#lastGoodPath);
  }

  /** The text that was in force before the last good one. */
  previous(): string | undefined {
    return this.#optional(this.#previousPath);
  }

  /** undefined while nothing is on trial; what cannot be read is no note. */
  trial(): Trial | undefined {
    const text = this.#optional(this.#trialPath);
    if (text === undefined || text.length > MAX_NOTE_CHARACTERS) return undefined;
    try {
      const { format: _format, version: _version, ...trial } = trialSchema.parse(JSON.parse(text));
      return trial;
    } catch {
      return undefined;
    }
  }

  /** Why the file cannot be replaced; undefined if it can. */
  obstacle(): string | undefined {
    try {
      accessSync(dirname(this.path), constants.W_OK);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** @throws ConfigurationError CONFIGURATION_UNWRITABLE, as all that write here */
  replace(text: string): void {
    this.write(this.path, text);
  }

  /** Keeps a text that runs; what was kept becomes the previous one. */
  keepGood(text: string): void {
    const kept = this.lastGood();
    if (kept === text) return;
    if (kept !== undefined) this.write(this.#previousPath, kept);
    this.write(this.#lastGoodPath, text);
  }

  /** Keeps the text of an earlier version under its own name. */
  keepVersion(path: string, text: string): void {
    this.write(path, text);
  }

  noteTrial(trial: Trial): void {
    this.write(
      this.#trialPath,
      JSON.stringify({ format: 'coldgate-configuration-trial', version: 1, ...trial }),
    );
  }

  endTrial(): void {
    try {
      unlinkSync(this.#trialPath);
      flushFolder(dirname(this.path));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      throw unwritable(this.#trialPath, error);
    }
  }

  get #lastGoodPath(): string {
    return `${this.path}.last-good`;
  }

  get #previousPath(): string {
    return `${this.path}.previous`;
  }

  get #trialPath(): string {
    return `${this.path}.trial`;
  }

  #optional(path: string): string | undefined {
    try {
      return readConfigText(path);
    } catch {
      return undefined;
    }
  }

  /** Durable when it returns. */
  protected write(path: string, text: string): void {
    try {
      // Whoever could read the configuration still can.
      replaceFile(path, text, statSync(this.path).mode & 0o777);
    } catch (error) {
      throw unwritable(path, error);
    }
  }
}

/** What a trial's note and a record call the text. */
export const isText = (text: string | undefined, hashOfIt: string): boolean =>
  text !== undefined && configurationHash(text) === hashOfIt;

function unwritable(path: string, cause: unknown): ConfigurationError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigurationError(
    'CONFIGURATION_UNWRITABLE',
    `${path} cannot be written: ${reason}`,
    'the gateway must be able to write the folder of its configuration: see config/systemd',
    cause,
  );
}
