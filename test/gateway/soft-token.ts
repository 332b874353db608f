// A PKCS#11 token in software for one test: SoftHSM of Debian, with its store in the test's folder. Moving the store away
// is pulling the token out.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { hasProgram } from '../firmware-bridge/peer-program.js';
import { tempFolder } from './temp-folder.js';

const SOFTHSM = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'].find(existsSync);
export const TOKEN_LABEL = 'truck-17';
export const PIN = '284019';

export const hasSoftToken = hasProgram('softhsm2-util', 'softhsm2') && SOFTHSM !== undefined;

export class SoftToken {
  readonly folder = tempFolder();
  readonly module = SOFTHSM ?? '';
  readonly pinFile = join(this.folder, 'pin');
  readonly #store = join(this.folder, 'tokens');

  /** SoftHSM reads where its store is from the environment, also that of processes that are started later. */
  constructor() {
    const config = join(this.folder, 'softhsm2.conf');
    mkdirSync(this.#store);
    writeFileSync(
      config,
      `directories.tokendir = ${this.#store}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    const before = process.env.SOFTHSM2_CONF;
    process.env.SOFTHSM2_CONF = config;
    onTestFinished(() => {
      if (before === undefined) delete process.env.SOFTHSM2_CONF;
      else process.env.SOFTHSM2_CONF = before;
    });
    this.addToken(TOKEN_LABEL);
    this.writePin(PIN);
  }

  addToken(label: string): void {
    const secrets = ['--so-pin', '73219004', '--pin', PIN];
    const { status, stderr } = spawnSync(
      'softhsm2-util',
      ['--init-token', '--free', '--label', label, ...secrets],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`softhsm2-util: ${stderr}`);
  }

  writePin(pin: string): void {
    writeFileSync(this.pinFile, `${pin}\n`, { mode: 0o600 });
  }

  pullOut(): void {
    renameSync(this.#store, `${this.#store}.out`);
  }

  putBack(): void {
    renameSync(`${this.#store}.out`, this.#store);
  }
}
