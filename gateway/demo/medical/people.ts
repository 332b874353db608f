// Persons with accounts: an administrator, one of quality, one who loads. Each signs with a password and a code of an authenticator,
// and a code works once: whoever asks twice within half a minute shows the one before or the one after it.

import { writeFileSync } from 'node:fs';
import { codeAt } from '../../accounts/totp.js';
import { PASSWORD, TOTP_SECRET } from '../console-guests.js';
import type { Stage } from './stage.js';

const people = [
  { name: 'ada', role: 'administrator', printedName: 'Ada Example' },
  { name: 'dana', role: 'quality', printedName: 'Dana Example' },
  { name: 'omar', role: 'operator', printedName: 'Omar Example' },
] as const;
type PersonName = (typeof people)[number]['name'];

const STEP_MS = 30_000;
/** More than a command takes on a busy machine. */
const COMMAND_MS = 15_000;

export class People {
  readonly #stage: Stage;
  readonly #passwordFile: string;
  /** The step of the last code of each. */
  readonly #spent = new Map<PersonName, number>();

  private constructor(stage: Stage, passwordFile: string) {
    this.#stage = stage;
    this.#passwordFile = passwordFile;
  }

  /** Makes the accounts; from then on nothing anonymous is decided. */
  static async enrol(stage: Stage): Promise<People> {
    const { story, config, file } = stage;
    const secretFile = file('totp');
    const all = new People(stage, file('password'));
    writeFileSync(all.#passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
    writeFileSync(secretFile, `${TOTP_SECRET}\n`, { mode: 0o600 });
    for (const { name, role, printedName } of people) {
      const person = ['users', 'create', name, '--role', role, '--printed-name', printedName, '-c', config];
      const enrolment = ['--new-password-file', all.#passwordFile, '--totp-secret-file', secretFile];
      const code = ['--new-code', await all.#code(name)];
      await story.coldgate(...person, ...enrolment, ...code, ...(name === 'ada' ? [] : await all.as('ada')));
    }
    return all;
  }

  /** Options with which a person asks. */
  async as(name: PersonName): Promise<readonly string[]> {
    return ['--as', name, '--password-file', this.#passwordFile, '--code', await this.#code(name)];
  }

  /** The next code that was not used; the step before this one and the one after it are taken too. */
  #code(name: PersonName): Promise<string> {
    return this.#stage.story.until(`a code of ${name} that was not used`, () => {
      const atMs = Date.now();
      const now = Math.floor(atMs / STEP_MS);
      // The step before this one is refused once the next has begun, and a command takes a while.
      const oldest = atMs % STEP_MS < STEP_MS - COMMAND_MS ? now - 1 : now;
      const step = Math.max(oldest, (this.#spent.get(name) ?? 0) + 1);
      if (step > now + 1) return undefined;
      this.#spent.set(name, step);
      return codeAt(TOTP_SECRET, step * STEP_MS);
    });
  }
}
