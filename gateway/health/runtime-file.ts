// A small file in memory (tmpfs) in which a process tells of the present, replaced every two seconds; the card is written once a
// minute, and only where there is no such folder. Readable by whoever may read the data folder's owner's files; nothing in it
// is secret, and nothing that is signed or judged believes it.

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const MEMORY_FOLDER = '/dev/shm';
/** RuntimeDirectory= of the units in config/systemd: a person's shell does not hear of it. */
const UNITS_FOLDER = '/run/coldgate';
const EVERY_MS = 2_000;
const EVERY_ON_CARD_MS = 60_000;

const givenFolder = () => process.env.RUNTIME_DIRECTORY?.split(':')[0] || undefined;
const ownUid = () => process.getuid?.() ?? 0;

function memoryFolderOf(dataDir: string, uid: number): string {
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  return join(MEMORY_FOLDER, `coldgate-${uid}-${name}`);
}

/** The service manager's folder, else one in memory that is named after the data folder, else the data folder itself. */
function folderOf(dataDir: string): { readonly path: string; readonly isMemory: boolean } {
  const given = givenFolder();
  if (given) return { path: given, isMemory: true };
  if (!existsSync(MEMORY_FOLDER)) return { path: dataDir, isMemory: false };
  return { path: memoryFolderOf(dataDir, ownUid()), isMemory: true };
}

/** Everybody may write to /dev/shm: a folder of that name may be somebody else's trap. */
function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}

/** Whose word is taken: this user's, and that of whoever owns the data. */
function believedUids(dataDir: string): readonly number[] {
  try {
    return [...new Set([ownUid(), statSync(dataDir).uid])];
  } catch {
    return [ownUid()];
  }
}

const aboutSchema = z.object({ dataDir: z.string().optional(), writtenAtMs: z.number() });

/** When a file was written, and how often that happens. */
export interface Told {
  readonly writtenAtMs: number;
  readonly everyMs: number;
}

export class RuntimeFile {
  readonly #dataDir: string;
  readonly #name: string;
  readonly #unitsFolder: string;

  /** @param name of the file, such as gateway-status.json */
  constructor(dataDir: string, name: string, unitsFolder = UNITS_FOLDER) {
    this.#dataDir = resolve(dataDir);
    this.#name = name;
    this.#unitsFolder = unitsFolder;
  }

  /** Tells again and again; what cannot be written is not told. @returns stops it */
  tell(read: () => object, now: () => number = Date.now): () => void {
    const { path, isMemory } = folderOf(this.#dataDir);
    const everyMs = isMemory ? EVERY_MS : EVERY_ON_CARD_MS;
    const write = () => {
      try {
        mkdirSync(path, { recursive: true, mode: 0o750 });
        if (!isOurs(path)) return;
        const file = join(path, this.#name);
        const told = { writtenAtMs: now(), everyMs, dataDir: this.#dataDir, ...read() };
        writeFileSync(`${file}.new`, JSON.stringify(told), { mode: 0o640 });
        renameSync(`${file}.new`, file);
      } catch {
        // A page without counters is no reason to stop reading devices.
      }
    };
    write();
    const timer = setInterval(write, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  /** What was told last, as JSON; undefined if nothing was. */
  read(): unknown {
    const given = givenFolder();
    if (given) return this.#readIn(given)?.told;
    const told = this.#foldersToRead().flatMap((folder) => this.#readIn(folder) ?? []);
    return told.sort((one, other) => other.writtenAtMs - one.writtenAtMs)[0]?.told;
  }

  /** Where a person's shell has to look: it is told neither how the roles were started nor as whom. */
  #foldersToRead(): string[] {
    const uids = believedUids(this.#dataDir);
    const inMemory = [this.#unitsFolder, ...uids.map((uid) => memoryFolderOf(this.#dataDir, uid))];
    const believed = inMemory.filter((path) => {
      const found = lstatSync(path, { throwIfNoEntry: false });
      return found?.isDirectory() === true && uids.includes(found.uid);
    });
    return [...believed, this.#dataDir];
  }

  #readIn(folder: string): { readonly told: unknown; readonly writtenAtMs: number } | undefined {
    try {
      const told: unknown = JSON.parse(readFileSync(join(folder, this.#name), 'utf8'));
      const { dataDir, writtenAtMs } = aboutSchema.parse(told);
      // Of another gateway: the folder of the units is named after none.
      if (folder === this.#unitsFolder && dataDir !== this.#dataDir) return undefined;
      return { told, writtenAtMs };
    } catch {
      return undefined;
    }
  }
}

/** Whether it was told just now. */
export function isFresh({ writtenAtMs, everyMs }: Told, nowMs: number): boolean {
  return Math.abs(nowMs - writtenAtMs) < 3 * everyMs + 1_000;
}
