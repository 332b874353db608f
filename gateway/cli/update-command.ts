// `coldgate update plan` and `apply`.

import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { readManifest } from '../update/release-manifest.js';
import { type RestartWay, restartWayOf } from '../update/roles-restart.js';
import { UpdateError } from '../update/update-error.js';
import { planUpdate, type UpdatePlan, type Voucher } from '../update/update-plan.js';
import { UpdateRun } from '../update/update-run.js';
import { keptAfter, type UpdateState, versionBefore } from '../update/update-state.js';
import { MachineWork } from '../update/update-work.js';
import { VersionsFolder } from '../update/versions-folder.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { addressOption, readSmallFile } from './ledger-parts.js';
import type { ApplyUpdateOptions, PlanOptions } from './update-options.js';
import { endLines, planLines } from './update-words.js';

/** @throws UsageError; FileError; UpdateError PACKAGE_REFUSED */
function voucherOf({ manifest, sha256, publisher }: PlanOptions, config: Config): Voucher {
  if ((manifest === undefined) === (sha256 === undefined)) {
    const hint = 'give --manifest of the release, or --sha256 from a source that you trust';
    throw new UsageError('WRONG_USE', 'a package needs somebody who vouches for it', hint);
  }
  if (sha256 !== undefined) {
    if (/^[0-9a-fA-F]{64}$/.test(sha256)) return { kind: 'hash', sha256 };
    throw new UsageError('WRONG_USE', `--sha256 ${sha256} is no SHA-256`, 'write its 64 hexadecimal digits');
  }
  const path = manifest ?? '';
  const publishers =
    publisher === undefined
      ? config.update.publishers
      : [`0x${toHex(addressOption('--publisher', publisher))}`];
  if (publishers.length === 0) {
    const hint = 'name them in the configuration (update.publishers), or one with --publisher';
    throw new UsageError('WRONG_USE', 'this gateway trusts no publisher', hint);
  }
  return { kind: 'manifest', manifest: readManifest(readSmallFile(path), path), publishers };
}

/** Where a plan unpacks: beside the versions, else in a temporary folder; never in place. */
function stagingFor(folder: VersionsFolder): string {
  const beside = join(folder.path, 'versions');
  const isWritable = existsSync(beside) && isOpen(beside);
  const staging = mkdtempSync(isWritable ? join(beside, '.plan-') : join(tmpdir(), 'coldgate-plan-'));
  // The new version is asked from here as another user.
  chmodSync(staging, 0o755);
  return staging;
}

function isOpen(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Exit code 1 if it cannot be applied as it is. @throws ConfigError, UsageError, UpdateError */
export async function runUpdatePlan(options: PlanOptions, io: CliIo): Promise<ExitCode> {
  const config = resolve(options.config);
  const loaded = loadConfig(config);
  const voucher = voucherOf(options, loaded);
  const staging = stagingFor(new VersionsFolder(options.versions));
  try {
    const { dataDir } = loaded.gateway;
    const plan = await planUpdate(options.file, voucher, { config, dataDir, staging });
    if (options.json) io.out(JSON.stringify(plan, undefined, 2));
    else for (const line of planLines(plan)) io.out(line);
    for (const obstacle of plan.obstacles)
      io.err(`coldgate: it cannot be applied: ${obstacle} [VERSION_UNFIT]`);
    return plan.obstacles.length === 0 ? exitCodes.ok : exitCodes.refuted;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function secondsOption(name: string, text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text) * 1000;
  throw new UsageError('WRONG_USE', `${name} ${text}`, 'write seconds, 1 to 99999');
}

/** @throws ConfigError, UsageError, UpdateError */
export async function runUpdateApply(options: ApplyUpdateOptions, io: CliIo): Promise<ExitCode> {
  const config = resolve(options.config);
  const loaded = loadConfig(config);
  const voucher = voucherOf(options, loaded);
  const terms = {
    readyLimitMs: secondsOption('--ready-limit', options.readyLimit),
    probationMs: secondsOption('--probation', options.probation),
  };
  const way = restartWayOf(options.restart);
  const folder = new VersionsFolder(options.versions);
  folder.make();
  const say = (text: string) => io.err(text);
  watchOnWithout(say);
  return folder.hold(async () => {
    await new UpdateRun(folder, new MachineWork(folder, say)).carryOn();
    const staging = folder.staging();
    try {
      const { dataDir } = loaded.gateway;
      const plan = await planUpdate(options.file, voucher, { config, dataDir, staging });
      if (!options.json) for (const line of planLines(plan)) io.out(line);
      refuseUnfit(plan, options.allowOlder === true);
      const begun = { ...stateOf(plan, folder, way), ...terms, config, dataDir };
      const end = await new UpdateRun(folder, new MachineWork(folder, say, staging)).begin(begun);
      folder.keepOnly(keptAfter(end));
      if (options.json) io.out(JSON.stringify(end, undefined, 2));
      else for (const line of endLines(end)) io.out(line);
      return end.step === 'done' ? exitCodes.ok : exitCodes.refuted;
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  });
}

/** A terminal that goes, or a Ctrl-C, would leave a new version without anybody who takes it back. */
function watchOnWithout(say: (text: string) => void): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
    process.on(signal, () =>
      say('the update goes on to one of its ends; coldgate update rollback goes back afterwards'),
    );
}

function refuseUnfit({ obstacles, from, to }: UpdatePlan, allowsOlder: boolean): void {
  const [older, ...others] = [
    obstacles.find((text) => text.includes(' is older than ')),
    ...obstacles.filter((text) => !text.includes(' is older than ')),
  ];
  if (others[0] !== undefined)
    throw new UpdateError(
      'VERSION_UNFIT',
      others.join('; '),
      'coldgate update plan tells more; nothing was changed',
    );
  if (older === undefined || allowsOlder) return;
  const hint = 'coldgate update rollback goes back to the version before; or say --allow-older';
  throw new UpdateError('VERSION_OLDER', `${to.software} is older than ${from.software}`, hint);
}

function stateOf(plan: UpdatePlan, folder: VersionsFolder, way: RestartWay) {
  const { from, to, signedBy } = plan;
  const { name: file, sha256 } = plan.package;
  const name = folder.nameOf(to.software, sha256);
  const now = folder.current();
  if (now === name)
    throw new UpdateError(
      'VERSION_UNFIT',
      `${to.software} of this very package runs`,
      'nothing is to be done',
    );
  return {
    ...{ format: 'coldgate-update', version: 1, id: toHex(randomBytes(8)), step: 'installing' },
    from: { ...from, name: now ?? null },
    before: versionBefore(folder.state(), now ?? null)?.before ?? null,
    to: {
      ...{ software: to.software, journalLayout: to.journalLayout, name },
      folder: join(realpathSync(folder.path), 'versions', name),
    },
    package: { name: file, sha256, signedBy },
    ...way,
    ...{ beganAtMs: Date.now(), endedAtMs: null, linkBootId: null, watches: 0, trouble: null },
  } satisfies Omit<UpdateState, 'config' | 'dataDir' | 'readyLimitMs' | 'probationMs'>;
}
