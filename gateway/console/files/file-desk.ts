// Files that leave the gateway, made by the same command that a person would type, in a process of its own: a bundle of a
// million records must not grow in the console's memory. One at a time, and no long queue.

import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { busy, ConsoleError } from '../console-error.js';

const MAX_WAITING = 4;
const LIMIT_MS = 15 * 60_000;
const program = fileURLToPath(new URL('../../cli/command-line.js', import.meta.url));

export interface FileWish {
  /** What the command is called with, `-c` and `-o` aside. */
  readonly words: readonly string[];
  /** Whom the note in the log shall name. */
  readonly reader: string;
  /** Its ending may tell the command what to make. */
  readonly fileName: string;
}

/** Runs the command. @throws ConsoleError FILE_REFUSED with the command's own words */
async function make(
  words: readonly string[],
  configFile: string,
  output: string,
  reader: string,
  keep: (child: ChildProcess) => void,
) {
  const child = spawn(process.execPath, [program, ...words, '-c', configFile, '-o', output], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, COLDGATE_READER: reader },
    timeout: LIMIT_MS,
  });
  keep(child);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [said, code] = await Promise.all([text(child.stderr), ended]);
  // A report over a damaged log is written all the same, and says so on its first page.
  if (code === 0 || (code === 1 && existsSync(output))) return;
  const [, message = 'the file could not be made', refused = 'FILE_REFUSED'] =
    /^coldgate: (.*) \[([A-Z_]+)\]$/m.exec(said) ?? [];
  const [, hint = 'look at the log of the gateway'] = /^ {2}hint: (.*)$/m.exec(said) ?? [];
  throw new ConsoleError(/_(UNKNOWN|EMPTY)$/.test(refused) ? 404 : 409, refused, message, hint);
}

export class FileDesk {
  readonly #configFile: string | undefined;
  readonly #children = new Set<ChildProcess>();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param configFile as the role was started with */
  constructor(configFile: string | undefined) {
    this.#configFile = configFile;
  }

  /** The finished file, gone when it was read. @throws ConsoleError CONSOLE_BUSY, or what the command refuses */
  async make(wish: FileWish): Promise<Readable> {
    if (this.#waiting >= MAX_WAITING) throw busy('files are made one at a time');
    this.#waiting += 1;
    const made = this.#last.then(() => this.#makeNow(wish));
    this.#last = made.catch(() => {});
    try {
      return await made;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Ends what is being made. */
  close(): void {
    this.#isClosed = true;
    for (const child of this.#children) child.kill('SIGTERM');
  }

  async #makeNow({ words, fileName, reader }: FileWish): Promise<Readable> {
    if (this.#configFile === undefined || this.#isClosed) throw busy('no files are made now');
    const folder = mkdtempSync(join(tmpdir(), 'coldgate-file-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    const output = join(folder, fileName);
    try {
      await make(words, this.#configFile, output, reader, (child) => {
        this.#children.add(child);
        child.once('close', () => this.#children.delete(child));
      });
    } catch (error) {
      remove();
      throw error;
    }
    const file = createReadStream(output);
    // Open, it stays readable without its name.
    file.once('open', remove);
    file.once('error', remove);
    return file;
  }
}
