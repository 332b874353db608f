// A TPM 2.0 in software for one test: swtpm, and the PKCS#11 module that a machine with a real one uses. A machine's kernel tidies up
// between its programs (/dev/tpmrm0); here it is done by hand.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';
import { hasProgram } from '../firmware-bridge/peer-program.js';
import { tempFolder } from './temp-folder.js';

const MODULE = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/libtpm2_pkcs11.so.1`)
  .find(existsSync);
const [LABEL, PIN, PUK] = ['truck-17', '284019', '73219004'];
const START_LIMIT_MS = 10_000;

if (MODULE === undefined && process.env.COLDGATE_REQUIRE_PEERS === '1')
  throw new Error('libtpm2-pkcs11-1 is not installed');

export const hasSoftTpm =
  hasProgram('swtpm', 'swtpm') &&
  hasProgram('tpm2_flushcontext', 'tpm2-tools') &&
  hasProgram('pkcs11-tool', 'opensc') &&
  MODULE !== undefined;

/** Two ports in a row that nobody has: commands, and control. */
async function freePorts(): Promise<number> {
  for (;;) {
    const servers = [createServer(), createServer()] as const;
    const listen = (server: (typeof servers)[0], port: number) =>
      new Promise<number>((resolve) => {
        server.once('error', () => resolve(0));
        server.listen(port, '127.0.0.1', () => {
          const address = server.address();
          resolve(typeof address === 'object' && address ? address.port : 0);
        });
      });
    const port = await listen(servers[0], 0);
    const next = await listen(servers[1], port + 1);
    for (const server of servers) server.close();
    if (port > 0 && next > 0) return port;
  }
}

export class SoftTpm {
  readonly folder = tempFolder();
  readonly #child: ChildProcess;

  private constructor(port: number) {
    const state = join(this.folder, 'state');
    for (const path of [state, join(this.folder, 'store')]) mkdirSync(path);
    writeFileSync(join(this.folder, 'pin'), `${PIN}\n`, { mode: 0o600 });
    const at = (number: number) => `type=tcp,port=${number},bindaddr=127.0.0.1`;
    const words = [
      'socket',
      '--tpm2',
      '--tpmstate',
      `dir=${state}`,
      '--server',
      at(port),
      '--ctrl',
      at(port + 1),
    ];
    this.#child = spawn('swtpm', [...words, '--flags', 'not-need-init,startup-clear'], { stdio: 'ignore' });
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
      vi.unstubAllEnvs();
    });
    const place = `swtpm:host=127.0.0.1,port=${port}`;
    vi.stubEnv('TPM2_PKCS11_STORE', join(this.folder, 'store'));
    for (const name of ['TPM2_PKCS11_TCTI', 'TPM2TOOLS_TCTI']) vi.stubEnv(name, place);
  }

  /** With a token in it. */
  static async start(): Promise<SoftTpm> {
    const port = await freePorts();
    const tpm = new SoftTpm(port);
    await answers(port + 1);
    tpm.#tool('--init-token', '--label', LABEL, '--so-pin', PUK);
    tpm.#tool('--login', '--login-type', 'so', '--so-pin', PUK, '--init-pin', '--pin', PIN);
    return tpm;
  }

  get options(): string[] {
    return ['--pkcs11', MODULE ?? '', '--token', LABEL, '--pin-file', join(this.folder, 'pin')];
  }

  /** Takes out what a program that ended has left in it. */
  tidy(): void {
    const { status, stderr } = spawnSync('tpm2_flushcontext', ['-t'], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tpm2_flushcontext: ${stderr}`);
  }

  #tool(...words: string[]): void {
    const { status, stderr } = spawnSync(
      'pkcs11-tool',
      ['--module', MODULE ?? '', '--slot-index', '0', ...words],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Error(`pkcs11-tool: ${stderr}`);
    this.tidy();
  }
}

async function answers(port: number): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isThere) return;
    if (Date.now() > deadline) throw new Error('swtpm does not start');
    await sleep(50);
  }
}
