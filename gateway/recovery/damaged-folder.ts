// Where a damaged journal is kept: damaged/TIME/ in the data folder, with everything that belongs to the file, and a note of
// what happened. Nothing in it is ever deleted by a program. The note says how far the work is, so that a power cut at any
// moment leaves it to the next start.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { flushFolder, replaceFile } from '../journal/replace-file.js';

const FOLDER = 'damaged';
const NOTE = 'damaged.json';
const FORMAT = 'coldgate-damaged-journal';
/** Suffixes of all that belongs to the journal's file. */
const parts = ['', '-wal', '-shm', '-suspect', '-step-back'] as const;

/** Files are moved; all are here; a new journal has taken their place. */
const states = ['moving', 'moved', 'replaced'] as const;

export interface DamageNote {
  readonly state: (typeof states)[number];
  readonly atMs: number;
  readonly code: string;
  readonly message: string;
  /** Known once it is replaced. */
  readonly recovered?: number;
  readonly lost?: number;
}

export class DamagedFolder {
  readonly path: string;
  readonly note: DamageNote;

  private constructor(path: string, note: DamageNote) {
    this.path = path;
    this.note = note;
  }

  /** Its name in the data folder, as people see it. */
  get name(): string {
    return join(FOLDER, basename(this.path));
  }

  /** The journal in it. */
  get journalPath(): string {
    return join(this.path, 'journal.db');
  }

  /** Begins one for the journal of a data folder. @throws what the file system throws */
  static begin(dataDir: string, cause: Pick<DamageNote, 'code' | 'message' | 'atMs'>): DamagedFolder {
    const stamp = new Date(cause.atMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    let path = join(dataDir, FOLDER, stamp);
    for (let copy = 2; existsSync(path); copy++) path = join(dataDir, FOLDER, `${stamp}-${copy}`);
    mkdirSync(path, { recursive: true, mode: 0o750 });
    flushFolder(dirname(path));
    flushFolder(dataDir);
    return new DamagedFolder(path, { state: 'moving', ...cause }).#write();
  }

  /** All of a data folder, the oldest first; what has no note that can be read is somebody else's. */
  static all(dataDir: string): DamagedFolder[] {
    const folder = join(dataDir, FOLDER);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .sort()
      .flatMap((name) => {
        const note = readNote(join(folder, name, NOTE));
        return note ? [new DamagedFolder(join(folder, name), note)] : [];
      });
  }

  /** Moves the journal at `path` here, with all that belongs to it. What is here already stays. */
  take(path: string): DamagedFolder {
    if (this.note.state !== 'moving') return this;
    for (const part of parts) {
      const target = `${this.journalPath}${part}`;
      if (existsSync(`${path}${part}`) && !existsSync(target)) renameSync(`${path}${part}`, target);
    }
    flushFolder(this.path);
    flushFolder(dirname(path));
    return this.with({ state: 'moved' });
  }

  /** The same with another note, durably. */
  with(change: Partial<DamageNote>): DamagedFolder {
    return new DamagedFolder(this.path, { ...this.note, ...change }).#write();
  }

  #write(): this {
    replaceFile(join(this.path, NOTE), JSON.stringify({ format: FORMAT, version: 1, ...this.note }));
    return this;
  }
}

/** Read by hand: the writer's thread loads no schema library. */
function readNote(path: string): DamageNote | undefined {
  try {
    const { format, state, atMs, code, message, recovered, lost } = JSON.parse(readFileSync(path, 'utf8'));
    if (format !== FORMAT || !states.includes(state) || !Number.isSafeInteger(atMs)) return undefined;
    return { state, atMs, code: String(code), message: String(message), recovered, lost };
  } catch {
    return undefined;
  }
}
