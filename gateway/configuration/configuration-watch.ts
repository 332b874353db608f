// The supervisor's part in a change of configuration: whether all roles come up with the new file. If one ends with the
// code of a wrong configuration, if they end three times, or if the gateway role is not there in time, the last good text
// goes back into its place. What was seen is noted beside the file, so that it holds over a power cut, also over one that
// the new text itself brings about. The gateway role writes the records.

import type { Logger } from 'pino';
import { ConfigError } from '../../config/config-error.js';
import { parseConfig } from '../../config/load.js';
import { type ConfigurationFiles, isText, type Trial } from './configuration-files.js';

/** All roles may be started so often with a new text, over power cuts too. */
const MAX_STARTS = 3;
const MAX_ENDS = 3;
/** From the start of the roles until the gateway role says that it runs. A large journal is checked meanwhile. */
const READY_LIMIT_MS = 120_000;
/** So long it must go on running. */
const PROBATION_MS = 5_000;
/** Exit code of a wrong configuration. */
const EXIT_MISUSE = 2;

export interface ConfigurationWatchParts {
  readonly files: ConfigurationFiles;
  /** Path as the roles are given it. */
  readonly path: string;
  /** Starts all roles anew, with the file as it is then. */
  readonly restart: () => void;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>;
  readonly readyLimitMs?: number;
  readonly probationMs?: number;
}

export class ConfigurationWatch {
  readonly #parts: ConfigurationWatchParts;
  #trial: Trial | undefined;
  #ends = 0;
  /** What the role has not shown yet, where it must. */
  #missing: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ConfigurationWatchParts) {
    this.#parts = parts;
  }

  /** Call it before all roles are started: afterwards the file is the one to start with. */
  begin(): void {
    this.#leave();
    const { files } = this.#parts;
    const trial = files.trial();
    if (!trial || !isText(files.current(), trial.to)) return;
    if (trial.reverted) {
      // A power cut between the note and the file.
      this.#putBack(trial);
      return;
    }
    const begun = { ...trial, starts: trial.starts + 1 };
    const cause =
      this.#unreadable() ?? (begun.starts > MAX_STARTS ? 'all roles ended again and again' : undefined);
    if (cause !== undefined) {
      this.#takeBack(trial, 'CONFIGURATION_UNFIT', cause);
      return;
    }
    files.noteTrial(begun);
    this.#trial = begun;
    this.#ends = 0;
    this.#expectReady();
  }

  /** A role says that it runs. */
  roleReady(role: string): void {
    if (!this.#trial || role !== 'gateway') return;
    const { proofLimitMs } = this.#trial;
    if (proofLimitMs === undefined) this.#goOn();
    else this.#expectProof(proofLimitMs);
  }

  /** A role says what it has not shown yet of what it must; undefined: it has shown all. */
  roleProof(role: string, missing: string | undefined): void {
    if (this.#trial?.proofLimitMs === undefined || role !== 'gateway' || this.#missing === undefined) return;
    this.#missing = missing;
    if (missing === undefined) this.#goOn();
  }

  /** A role has ended by itself. @returns true if that is dealt with: all roles start anew */
  roleEnded(role: string, code: number | null): boolean {
    if (!this.#trial) return false;
    this.#ends += 1;
    if (code !== EXIT_MISUSE && this.#ends < MAX_ENDS) {
      // Ready again is what counts.
      if (role === 'gateway') this.#expectReady();
      return false;
    }
    this.#fail('CONFIGURATION_UNFIT', `the ${role} role ended with code ${code ?? 'none'}`);
    return true;
  }

  /** The roles are asked to end: a trial goes on at the next start. */
  close(): void {
    this.#leave();
  }

  #expectReady(): void {
    clearTimeout(this.#timer);
    const limitMs = this.#parts.readyLimitMs ?? READY_LIMIT_MS;
    this.#timer = setTimeout(
      () => this.#fail('CONFIGURATION_SLOW', `the gateway role did not run within ${limitMs / 1000} s`),
      limitMs,
    );
  }

  #expectProof(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#missing = 'that it does its work';
    this.#timer = setTimeout(
      () =>
        this.#fail('CONFIGURATION_UNPROVEN', `within ${limitMs / 1000} s it has not shown ${this.#missing}`),
      limitMs,
    );
  }

  #goOn(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pass(), this.#parts.probationMs ?? PROBATION_MS);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#trial = undefined;
    this.#missing = undefined;
  }

  /** Why this program cannot even read the file; a newer one may have written it. */
  #unreadable(): string | undefined {
    const { files, path } = this.#parts;
    try {
      parseConfig(files.current(), path);
      return undefined;
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
  }

  #pass(): void {
    const trial = this.#trial;
    this.#leave();
    if (!trial) return;
    this.#parts.log.info({ configuration: trial.to }, 'the new configuration runs');
    this.#write(() => this.#parts.files.endTrial());
  }

  #fail(code: string, message: string): void {
    const trial = this.#trial;
    this.#leave();
    if (!trial) return;
    this.#takeBack(trial, code, message);
    this.#parts.restart();
  }

  #takeBack(trial: Trial, code: string, message: string): void {
    const { files, log } = this.#parts;
    const hint = 'the last good configuration is put back; coldgate status tells why';
    log.error({ code, hint, configuration: trial.to }, `the new configuration does not run: ${message}`);
    this.#write(() => {
      // The note first: whoever starts in between finds what must be done.
      files.noteTrial({ ...trial, reverted: { code, message } });
      this.#putBack(trial);
    });
  }

  #putBack({ from }: Trial): void {
    const { files, log } = this.#parts;
    const good = [files.lastGood(), files.previous()].find((text) => isText(text, from));
    if (good !== undefined) {
      files.replace(good);
      return;
    }
    const hint = 'put the file right by hand, then start again';
    log.error({ code: 'CONFIGURATION_LOST', hint }, 'the last good configuration is not there any more');
  }

  /** A card that takes nothing any more: the roles go on as they are. */
  #write(task: () => void): void {
    try {
      task();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#parts.log.error({ code: 'CONFIGURATION_UNWRITABLE', hint: 'see config/systemd' }, message);
    }
  }
}
