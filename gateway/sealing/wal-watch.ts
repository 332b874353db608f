// Keeps the write-ahead log small. A program that reads the journal in one long transaction (a copy, a database browser) pins
// it: nothing can be copied back, and the file grows until the disk is full. Nobody of coldgate reads so; of a role that stands
// still in the middle of a page the process above gets rid. Another program is named, so that a person can end it.

import { readFileSync, statSync } from 'node:fs';
import type { JournalDatabase } from '../journal/database.js';

/** Four times what is copied back at once; the ballast is as large. */
const WAL_BOUND_BYTES = 16 * 1024 * 1024;
/** Bytes of the -shm file by whose locks readers say from where they read (walformat.html, section 2.3.1). */
const FIRST_READ_LOCK = 123;
const LAST_READ_LOCK = 127;

export interface WalPin {
  readonly walBytes: number;
  /** Process ids and names of who may be reading; empty where the kernel does not tell. */
  readonly holders: readonly string[];
}

export class WalWatch {
  readonly #database: JournalDatabase;
  readonly #path: string;
  #isPinned = false;

  /** @param path of the journal that `database`, its owner, has open */
  constructor(database: JournalDatabase, path: string) {
    this.#database = database;
    this.#path = path;
  }

  /**
   * Looks, and makes the file small again if it may. Call it every few seconds.
   * @returns what keeps it large, the first time; `free` when that is over; undefined when there is nothing new
   */
  look(): WalPin | 'free' | undefined {
    const walBytes = this.#bytes();
    if (walBytes > WAL_BOUND_BYTES && !this.#truncate()) {
      if (this.#isPinned) return undefined;
      this.#isPinned = true;
      return { walBytes, holders: readersOf(`${this.#path}-shm`) };
    }
    if (!this.#isPinned) return undefined;
    this.#isPinned = false;
    return 'free';
  }

  #bytes(): number {
    return statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Without waiting for readers: commits must not wait either. */
  #truncate(): boolean {
    const patience = this.#database.pragma('busy_timeout', { simple: true });
    this.#database.pragma('busy_timeout = 0');
    try {
      const [answer] = this.#database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      return answer?.busy === 0;
    } catch {
      // What a disk has to say, the next commit will say.
      return false;
    } finally {
      this.#database.pragma(`busy_timeout = ${patience}`);
    }
  }
}

/** Other processes with a reader's lock on that file, by the kernel's list (proc(5), /proc/locks). */
function readersOf(path: string): string[] {
  try {
    const inode = String(statSync(path).ino);
    const pids = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, , , , pid = '', file = '', first, last] = line.trim().split(/\s+/);
        const isReader = Number(first) >= FIRST_READ_LOCK && Number(last) <= LAST_READ_LOCK;
        return file.endsWith(`:${inode}`) && isReader && pid !== String(process.pid) ? [pid] : [];
      });
    return [...new Set(pids)].map((pid) => `${pid} (${nameOf(pid)})`);
  } catch {
    return [];
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'gone';
  }
}
