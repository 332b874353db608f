// The built command line as persons type it: each command a process of its own, each person with a password and an
// authenticator. Needs the build.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { codeAt } from './accounts/account-office.js';
import { authenticator } from './accounts/authenticator.js';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
export const PASSWORD = 'three pallets left for Basel';
export const TOTP = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

export interface Answer {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

export function coldgate(...argv: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
    });
    child.on('close', (exitCode) => resolve({ exitCode, out, err }));
  });
}

/** A command that must succeed; what it printed. */
export async function done(...argv: string[]): Promise<string> {
  const answer = await coldgate(...argv);
  expect(answer, `${argv.slice(0, 3).join(' ')}: ${answer.err}`).toMatchObject({ exitCode: 0 });
  return answer.out;
}

/** Persons of one gateway, who share a password and a secret of the authenticator. */
export class People {
  readonly passwordFile: string;
  readonly #secretFile: string;
  readonly #config: readonly string[];
  readonly #authenticators = new Map<string, () => Promise<string>>();

  constructor(folder: string, configFile: string) {
    this.#config = ['-c', configFile];
    this.passwordFile = join(folder, 'password');
    this.#secretFile = join(folder, 'totp');
    writeFileSync(this.passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
    writeFileSync(this.#secretFile, `${TOTP}\n`, { mode: 0o600 });
  }

  code(name: string): Promise<string> {
    const next = this.#authenticators.get(name) ?? authenticator(TOTP);
    this.#authenticators.set(name, next);
    return next();
  }

  /** Options of whoever asks. */
  async as(name: string): Promise<string[]> {
    return ['--as', name, '--password-file', this.passwordFile, '--code', await this.code(name)];
  }

  /** Makes an account; the first is made by nobody. */
  async enrol(name: string, role: string, by?: string): Promise<void> {
    const own = ['--new-password-file', this.passwordFile, '--totp-secret-file', this.#secretFile];
    await done(
      ...['users', 'create', name, '--role', role, '--printed-name', `${name} Example`, ...this.#config],
      ...[...own, '--new-code', codeAt(TOTP, Date.now())],
      ...(by === undefined ? [] : await this.as(by)),
    );
  }
}
