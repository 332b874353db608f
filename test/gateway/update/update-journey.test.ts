// Two later versions in real packages, on a gateway that runs: one is tried, switched to and watched; one passes its trial and then
// crashes, and is taken back by itself; and the first is gone back from although it has brought the journal to a layout of its own.
// Needs the build and dpkg-deb.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { layoutOf } from '../../../gateway/journal/journal-copy.js';
import { JOURNAL_LAYOUT } from '../../../gateway/journal/migrations.js';
import { signManifest } from '../../../gateway/update/release-manifest.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { hasProgram } from '../../firmware-bridge/peer-program.js';
import { configurationFolder, textWith } from '../configuration/configuration-folder.js';
import { RealPackages, type Release } from './real-packages.js';

const privateKey = new Uint8Array(32).fill(9);
const publisher = `0x${toHex(new SoftwareSigner(privateKey).address)}`;
const WAIT_LIMIT_MS = 30_000;

const newerLayout = {
  from: /layOutRowChecks\(database\);?\s*\},?\s*\]/,
  to: "layOutRowChecks(database)},'CREATE TABLE later (x INTEGER)']",
};
const crashing = {
  from: /function startRecord\(/,
  to: "if(!process.argv.includes('trial'))setTimeout(()=>process.exit(70),300);function startRecord(",
};

/** The machine: a program that apt has installed, an init that is a script, and whoever types. */
class Truck {
  readonly #packages: RealPackages;
  readonly #config: string;
  readonly #versions: string;
  readonly #script: string;

  constructor(packages: RealPackages, config: string) {
    this.#packages = packages;
    this.#config = config;
    const home = dirname(config);
    this.#versions = join(home, 'versions');
    this.#script = join(home, 'restart.sh');
    mkdirSync(this.#versions, { mode: 0o755 });
    const pid = join(home, 'pid');
    const text = [
      `if [ -f ${pid} ]; then kill $(cat ${pid}); while kill -0 $(cat ${pid}) 2>/dev/null; do sleep 0.05; done; fi`,
      `${process.execPath} ${this.#program} run -c ${config} >>${join(home, 'run.log')} 2>&1 </dev/null &`,
      `echo $! >${pid}`,
    ];
    writeFileSync(this.#script, `${text.join('\n')}\n`);
    // Asked to end: roles that outlive their supervisor for a moment would write into the folder that goes.
    const end = `kill $(cat ${pid}); while kill -0 $(cat ${pid}); do sleep 0.05; done`;
    onTestFinished(() => {
      const { status } = spawnSync('/bin/sh', ['-c', end], { timeout: WAIT_LIMIT_MS });
      if (status === null) spawnSync('/bin/sh', ['-c', `kill -9 $(cat ${pid})`]);
    });
  }

  get #program(): string {
    return join(this.#packages.installed, 'dist/gateway/cli/coldgate.js');
  }

  get journal(): string {
    return join(dirname(this.#config), 'data', 'journal.db');
  }

  async boot(): Promise<void> {
    const env = { ...process.env, COLDGATE_VERSIONS: this.#versions };
    spawnSync('/bin/sh', [this.#script], { env, stdio: 'ignore' });
    await until('a journal', () => existsSync(this.journal));
  }

  type(...words: string[]) {
    const env = { ...process.env, COLDGATE_VERSIONS: this.#versions };
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.#program, ...words], {
      env,
      encoding: 'utf8',
    });
    return { exitCode: status, out: stdout, err: stderr };
  }

  apply(release: Release, ...voucher: string[]) {
    const terms = ['--probation', '1', '--ready-limit', '60', '--restart', `sh ${this.#script}`];
    return this.type('update', 'apply', release.path, '-c', this.#config, ...voucher, ...terms);
  }

  status() {
    return this.type('status', '-c', this.#config).out;
  }

  audit() {
    return this.type('audit', '-c', this.#config);
  }

  get versions(): string[] {
    return readdirSync(join(this.#versions, 'versions'));
  }

  /** What the log tells of updates, as an audit shows it. */
  get events(): string[] {
    const told = this.audit().out.matchAll(/configurationChange\/software .*\bevent=(\S+).* to=(\S+)/g);
    return [...told].map(([, event, to]) => `${event} ${to}`);
  }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + WAIT_LIMIT_MS;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`no ${what}`);
    await sleep(100);
  }
}

describe.skipIf(!hasProgram('dpkg-deb', 'dpkg'))('an update', () => {
  let packages: RealPackages;
  let good: Release;
  let bad: Release;

  beforeAll(() => {
    packages = new RealPackages();
    good = packages.release('0.2.0', [newerLayout]);
    bad = packages.release('0.3.0', [crashing]);
  }, 120_000);
  afterAll(() => packages?.remove());

  test('comes into force if it runs, goes back by itself if it crashes, and can be gone back from', {
    timeout: 180_000,
  }, async () => {
    const config = await configurationFolder(textWith(0, `update: { publishers: [ '${publisher}' ] }`));
    const truck = new Truck(packages, config);
    await truck.boot();
    const manifest = join(dirname(config), 'release.json');
    const files = [{ name: 'coldgate_0.2.0.deb', bytes: good.bytes, sha256: good.sha256 }];
    writeFileSync(manifest, JSON.stringify(signManifest(privateKey, { software: '0.2.0', files })));

    const forged = truck.apply(bad, '--manifest', manifest);
    expect([forged.exitCode, forged.err]).toEqual([1, expect.stringContaining('[PACKAGE_REFUSED]')]);
    const applied = truck.apply(good, '--manifest', manifest);
    expect([applied.exitCode, applied.out], applied.err).toEqual([0, expect.stringContaining('is in force')]);
    expect(truck.type('--version').out.trim()).toBe('0.2.0');
    expect(layoutOf(truck.journal)).toBe(JOURNAL_LAYOUT + 1);

    const crashed = truck.apply(bad, '--sha256', bad.sha256);
    expect([crashed.exitCode, crashed.out]).toEqual([
      1,
      expect.stringContaining('[VERSION_CRASHES]; 0.2.0 runs'),
    ]);
    expect(truck.type('--version').out.trim()).toBe('0.2.0');
    expect(truck.versions).toEqual([expect.stringMatching(/^0\.2\.0-/)]);
    await until('word of it in the status', () =>
      truck.status().includes('the update to 0.3.0 was taken back'),
    );

    const back = truck.type('update', 'rollback', '--reason', 'to see it');
    expect([back.exitCode, back.out], back.err).toEqual([0, expect.stringContaining('0.1.0 runs')]);
    expect(truck.type('--version').out.trim()).toBe('0.1.0');
    expect(layoutOf(truck.journal)).toBe(JOURNAL_LAYOUT);
    const damaged = join(dirname(truck.journal), 'damaged');
    const [aside = ''] = readdirSync(damaged);
    expect(layoutOf(join(damaged, aside, 'journal.db'))).toBe(JOURNAL_LAYOUT + 1);
    expect(readFileSync(join(damaged, aside, 'damaged.json'), 'utf8')).toContain('JOURNAL_TOO_NEW');
    let events: string[] = [];
    await until('record of the way back', () => {
      events = truck.events;
      return events.length >= 4;
    });
    expect(events).toEqual(['applied 0.2.0', 'in-force 0.2.0', 'reverted 0.3.0', 'reverted 0.2.0']);
    const audit = truck.audit();
    expect([audit.exitCode, audit.out], audit.err).toEqual([0, expect.stringContaining('VERIFIED')]);
    expect(truck.type('update', 'rollback').err).toContain('[NOTHING_BEFORE]');
  });
});
