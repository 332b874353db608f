// Who may look into the console of the demo: an administrator and a person of quality, made by the commands that an operator
// uses. Their passwords are worth nothing anywhere else. The code that an authenticator would show lies in a file.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeAt } from '../accounts/totp.js';

export const PASSWORD = 'three pallets left for Basel';
/** Base32, as an authenticator would get it. */
export const TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const CODE_EVERY_MS = 1_000;
const TRY_EVERY_MS = 1_000;
const TRIES = 60;

const guests = [
  { name: 'ada', role: 'administrator', printedName: 'Ada Example' },
  { name: 'dana', role: 'quality', printedName: 'Dana Example' },
] as const;

/** What an authenticator shows, in a file, until it is closed. */
export class CodeFile {
  readonly path: string;
  readonly #timer: NodeJS.Timeout;

  constructor(path: string) {
    this.path = path;
    let written = '';
    const write = () => {
      const code = codeAt(TOTP_SECRET, Date.now());
      if (code !== written) writeFileSync(path, `${code}\n`, { mode: 0o600 });
      written = code;
    };
    write();
    this.#timer = setInterval(write, CODE_EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    rmSync(this.path, { force: true });
  }
}

type RunCommand = (words: readonly string[]) => Promise<{ readonly code: number; readonly output: string }>;

export class ConsoleGuests {
  readonly #folder: string;
  readonly #config: string;
  readonly #run: RunCommand;
  readonly #codeFile: CodeFile;
  #isClosed = false;

  constructor(folder: string, config: string, run: RunCommand) {
    this.#folder = folder;
    this.#config = config;
    this.#run = run;
    this.#codeFile = new CodeFile(join(folder, 'console-code'));
  }

  /** Makes the accounts where there are none, and says how to come in. */
  async invite(url: string, say: (line: string) => void): Promise<void> {
    const passwordFile = this.#secretFile('console-password', PASSWORD);
    const secretFile = this.#secretFile('console-totp', TOTP_SECRET);
    for (const { name, role, printedName } of guests) {
      const person = [
        'users',
        'create',
        name,
        '--role',
        role,
        '--printed-name',
        printedName,
        '-c',
        this.#config,
      ];
      const enrolment = ['--new-password-file', passwordFile, '--totp-secret-file', secretFile];
      const isMade = await this.#until(() => {
        const code = codeAt(TOTP_SECRET, Date.now());
        const signed =
          role === 'administrator' ? [] : ['--as', 'ada', '--password-file', passwordFile, '--code', code];
        return [...person, ...enrolment, '--new-code', code, ...signed];
      });
      if (!isMade) return;
    }
    const code = relative('.', this.#codeFile.path);
    say(`console     ${url}  sign in as dana, password: ${PASSWORD}, code: cat ${code} (each works once)`);
  }

  close(): void {
    this.#isClosed = true;
    this.#codeFile.close();
  }

  /** The gateway may still be starting. */
  async #until(words: () => readonly string[]): Promise<boolean> {
    for (let attempt = 0; attempt < TRIES && !this.#isClosed; attempt++) {
      const { code, output } = await this.#run(words());
      if (code === 0 || output.includes('ACCOUNT_EXISTS')) return true;
      await sleep(TRY_EVERY_MS);
    }
    return false;
  }

  #secretFile(name: string, content: string): string {
    const path = join(this.#folder, name);
    if (!existsSync(path)) writeFileSync(path, `${content}\n`, { mode: 0o600 });
    return path;
  }
}
