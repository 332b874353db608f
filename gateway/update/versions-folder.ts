// Where versions lie beside each other: versions/NAME/ for each, and `current`, a link to the one that runs. Where there is no link,
// the program runs that was installed by other means. A version is never written over; the link changes by one rename.

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { flushFolder, replaceFile } from '../journal/replace-file.js';
import { isThere, ownMark, processMarkSchema } from './process-mark.js';
import { saidBy, UpdateError } from './update-error.js';
import { readState, STATE_FILE, type UpdateState } from './update-state.js';

/** By the variable, as tests and machines without root have it. */
const VARIABLE = 'COLDGATE_VERSIONS';
const USUAL = '/opt/coldgate';
/** Everybody who may start the program reads it. */
const READABLE = 0o644;
/** Of a folder; without it their program would not be found, and the installed one runs. */
const OTHERS_ENTER = 0o055;
/** Digits of the package's hash: another package of the same version lies beside it. */
const HASH_DIGITS = 12;

/** Whatever mask it was made with; one that is shut although its owner wanted that holds no version that could run. */
function letOthersRead(folder: string): void {
  const { mode } = statSync(folder);
  if ((mode & OTHERS_ENTER) !== OTHERS_ENTER) chmodSync(folder, (mode & 0o7777) | OTHERS_ENTER);
}

export const usualVersionsFolder = (): string => process.env[VARIABLE] ?? USUAL;

export class VersionsFolder {
  readonly path: string;

  constructor(path = usualVersionsFolder()) {
    this.path = path;
  }

  /** @throws UpdateError UPDATE_UNWRITABLE */
  make(): void {
    try {
      mkdirSync(this.#versions, { recursive: true, mode: 0o755 });
      for (const folder of [this.path, this.#versions]) letOthersRead(folder);
      flushFolder(this.path);
    } catch (cause) {
      const message = `${this.path} cannot be written: ${saidBy(cause)}`;
      throw new UpdateError(
        'UPDATE_UNWRITABLE',
        message,
        `run it as root, or set ${VARIABLE} to a folder of yours`,
        cause,
      );
    }
  }

  get #versions(): string {
    return join(this.path, 'versions');
  }

  get #link(): string {
    return join(this.path, 'current');
  }

  nameOf(software: string, sha256: string): string {
    return `${software}-${sha256.slice(0, HASH_DIGITS)}`;
  }

  folderOf(name: string): string {
    return join(this.#versions, name);
  }

  /** For what is not whole yet; emptied. */
  staging(): string {
    const path = join(this.#versions, '.staging');
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    // The new version is asked from here as another user.
    letOthersRead(path);
    return path;
  }

  /** A version that is whole comes to its place, durably: it is on the disk before it has its name. */
  settle(from: string, name: string): void {
    if (existsSync(this.folderOf(name))) rmSync(from, { recursive: true, force: true });
    else renameSync(from, this.folderOf(name));
    flushFolder(this.#versions);
  }

  /** The name that the link leads to; undefined where there is none. */
  current(): string | undefined {
    if (!lstatSync(this.#link, { throwIfNoEntry: false })) return undefined;
    return basename(readlinkSync(this.#link));
  }

  /** Has another version run from the next start on; undefined: the one that was installed by other means. Durable. */
  choose(name: string | undefined): void {
    if (name === undefined) {
      if (this.current() !== undefined) unlinkSync(this.#link);
    } else {
      const next = `${this.#link}.next`;
      rmSync(next, { force: true });
      symlinkSync(join('versions', name), next);
      renameSync(next, this.#link);
    }
    flushFolder(this.path);
  }

  names(): string[] {
    if (!existsSync(this.#versions)) return [];
    return readdirSync(this.#versions)
      .filter((name) => !name.startsWith('.'))
      .sort();
  }

  /** Deletes all versions but these, and what is not whole. */
  keepOnly(names: readonly (string | undefined)[]): void {
    for (const name of existsSync(this.#versions) ? readdirSync(this.#versions) : []) {
      if (!names.includes(name)) rmSync(this.folderOf(name), { recursive: true, force: true });
    }
  }

  state(): UpdateState | undefined {
    return readState(this.path);
  }

  /** @throws UpdateError UPDATE_UNWRITABLE */
  write(state: UpdateState): void {
    try {
      replaceFile(join(this.path, STATE_FILE), `${JSON.stringify(state, undefined, 2)}\n`, READABLE);
    } catch (cause) {
      const message = `${this.path} cannot be written: ${saidBy(cause)}`;
      throw new UpdateError(
        'UPDATE_UNWRITABLE',
        message,
        'nothing goes on until it can; run it as root',
        cause,
      );
    }
  }

  /** Whether a process is at an update now. */
  isHeld(): boolean {
    try {
      return isThere(
        processMarkSchema.parse(JSON.parse(readFileSync(join(this.path, 'update.lock'), 'utf8'))),
      );
    } catch {
      return false;
    }
  }

  /** Keeps others off while `task` runs. @throws UpdateError UPDATE_UNDER_WAY */
  async hold<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.isHeld()) {
      const hint = 'wait for it; coldgate update status tells how far it is';
      throw new UpdateError('UPDATE_UNDER_WAY', 'another process is at an update', hint);
    }
    const lock = join(this.path, 'update.lock');
    replaceFile(lock, JSON.stringify(ownMark()), READABLE);
    try {
      return await task();
    } finally {
      rmSync(lock, { force: true });
    }
  }
}
