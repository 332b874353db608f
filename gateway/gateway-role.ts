// The gateway role: reads devices, signs, stores, judges, publishes. Holds the device key, or a token's PIN (in the
// writer thread), never talks to the ledger. Everything it consists of is put together here.

import type { Logger } from 'pino';
import type { Config } from '../config/schema.js';
import { systemClock } from '../firmware-bridge/clock.js';
import { toHex } from '../ledger-sync/evidence/bytes.js';
import { RoleClock } from './clock/role-clock.js';
import { openCommands } from './commands/open-commands.js';
import type { RoleConfiguration } from './configuration/configuration-desk.js';
import { ConfigurationDesk } from './configuration/configuration-desk.js';
import { openMembership } from './fleet/member/open-member.js';
import { CommitMeter } from './health/commit-meter.js';
import { HealthDesk } from './health/health-desk.js';
import type { RolePulse } from './health/role-pulse.js';
import type { HeapPace } from './heap-pace.js';
import { readBootId } from './intake/boot.js';
import { startDevices } from './intake/devices.js';
import { startMqttIntake } from './intake/mqtt-intake.js';
import { OffsetMemory } from './intake/offset-memory.js';
import { ReadingDesk } from './intake/reading-desk.js';
import { makeDataFolder } from './journal/data-folder.js';
import { JournalReader } from './journal/journal-reader.js';
import { journalPathOf } from './journal/paths.js';
import { RequestRows } from './journal/request-rows.js';
import { batchCutterOf, ledgerTargetChange } from './ledger-target.js';
import { LogDisk } from './log-disk.js';
import { OwnCheckpoints } from './publish/own-checkpoints.js';
import { startPublishing } from './publish/publishing.js';
import { RemoteRequests } from './publish/remote-requests.js';
import { topicsOf } from './publish/topics.js';
import { Receivers } from './receivers.js';
import { RecoveryBeat } from './recovery/recovery-beat.js';
import { tellRecovery } from './recovery/recovery-record.js';
import { openRelayed } from './relay/open-relayed.js';
import { RetentionDesk } from './retention/retention-desk.js';
import { RoleJudges } from './role-judges.js';
import { outgrownOnce, sayUnwritten, startRecord } from './role-notices.js';
import { type EarlyStart, startEarly } from './sealing/early-start.js';
import { LogPipeline } from './sealing/log-pipeline.js';
import { settledLog } from './sealing/settled-log.js';
import { startWriter } from './sealing/writer.js';
import { UpdateRecord, updateSigns } from './update/update-record.js';

const TICK_MS = 1000;
/** Somebody waits for the answer. */
const REQUEST_LOOK_MS = 200;
const CURSOR_FLUSH_TICKS = 10;

export interface RunningRole {
  /** Rejects when the role cannot go on and must be started anew. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

export interface GatewayRole extends RunningRole {
  /** Where the embedded broker listens, if there is one. */
  readonly brokerPort: number | undefined;
}

export interface GatewayRoleOptions {
  /** FULL always, but in the control run of a power-cut test, which must lose data. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** The file that the configuration came from, where it may be changed by request. */
  readonly configuration?: RoleConfiguration | undefined;
  /** How the role is, every two seconds. */
  readonly onPulse?: ((pulse: RolePulse) => void) | undefined;
  readonly heap?: HeapPace;
  /** What was begun before the role was loaded. */
  readonly early?: EarlyStart;
}

/**
 * Starts the role. Devices, brokers and a full disk heal by themselves later; what a person must mend throws.
 * @throws JournalError, KeyError, IntakeError
 */
export async function startGatewayRole(
  config: Config,
  log: Logger,
  options: GatewayRoleOptions = {},
): Promise<GatewayRole> {
  makeDataFolder(config.gateway.dataDir);
  const journalPath = journalPathOf(config.gateway.dataDir);
  const signs = updateSigns(config.gateway.dataDir, log);
  const { key, thread } = options.early ?? startEarly(config.gateway);
  const sparkplugPart = config.sparkplug && (await import('./sparkplug/open-sparkplug.js'));
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const recovery = new RecoveryBeat(log, options.onPulse);
  const writer = await startWriter(
    {
      ...{ journalPath, key: await key, keyFile: config.gateway.keyFile, bootId: readBootId() },
      synchronous: options.synchronous ?? 'FULL',
    },
    fail,
    (recovering) => recovery.begin(recovering),
    thread,
  );
  recovery.end(writer.mended);
  const journal = new JournalReader(journalPath);
  const { size, bootCount } = writer;
  const time = new RoleClock({ config, journal, bootCount, system: systemClock, log });
  const { clock } = time;
  const judges = new RoleJudges({ config, journal, bootCount, size, clock, log });
  const { context } = judges;
  // All that stands beside the log, read once: folds of a long journey are large.
  const rows = journal.judgeStates();
  const offsets = new OffsetMemory(rows);
  const cutter = batchCutterOf(config.ledger, journal);
  const commits = new CommitMeter({ writer, now: () => clock.now() });
  const disk = new LogDisk({ config, rows, context, log });
  const pipeline = new LogPipeline({
    ...{ writer: commits, size, windowMs: config.commit.windowMs },
    patientWindowMs: config.commit.sightingWindowMs,
    onSealed: (receipt) => {
      options.heap?.sealed(receipt.size - receipt.firstSequence);
      judges.sealed(receipt, pipeline);
      retention.sealed(receipt);
      disk.sealed(receipt);
      publishing.pump(receipt);
      receivers.wake();
      sparkplug?.pump();
    },
    onTrouble: (trouble) => disk.troubled(trouble),
  });
  const retention = new RetentionDesk({ config, journal, pipeline, context, log });
  writer.onAnswer((answer) => {
    commits.answered(answer);
    disk.heard(answer);
    pipeline.onAnswer(answer);
  });
  const desk = new ReadingDesk({
    context,
    judging: judges.judging,
    offsets,
    pipeline,
    onExcursion: () => cutter?.hurry(),
  });
  const intake = config.mqttIntake && (await startMqttIntake(config.mqttIntake, desk, log));
  const requestRows = new RequestRows(journalPath, 'peer');
  const remote = new RemoteRequests(requestRows, topicsOf(config.gateway.name), () => clock.now().unixMs);
  const { ledger } = config;
  const relayed = ledger?.relay ? openRelayed(config, ledger, journal, journalPath, log) : undefined;
  const own = new OwnCheckpoints();
  const configuration =
    options.configuration &&
    new ConfigurationDesk({
      ...{ ...options.configuration, config, state: judges.state, context, log, now: () => clock.now() },
      add: (entry) => pipeline.add(entry),
    });
  const commands = openCommands({
    ...{ config, clock, gateway: journal.gateway, state: judges.state, context, pipeline, configuration },
    ...{ publishing: () => publishing, requests: () => requests.desk },
  });
  const publishing = startPublishing({
    ...{ config, journal, own, pipeline, log, commands, relayed: relayed?.ledger, state: judges.state },
    ...{ embedded: intake && { ...intake, port: intake.ownPort }, requests: remote },
    onDamaged: () => disk.foundDamage(),
  });
  const receivers = new Receivers({ config, journal, own, pipeline, clock, log });
  const sparkplug = sparkplugPart?.openSparkplug({ config, journal, own, pipeline, log });
  sparkplug?.open();
  const begun = startRecord(context, clock.now(), configuration?.hash);
  pipeline.add({ drafts: [begun], isUrgent: true, onDurable: signs.running });
  tellRecovery({ context, now: clock.now(), rows, restored: judges.restored, desk, log });
  configuration?.start();
  const update = new UpdateRecord({
    ...{ state: judges.state, context, now: () => clock.now() },
    add: (entry) => pipeline.add(entry),
  });
  receivers.start();
  const moved = ledgerTargetChange(rows, ledger, context, clock.now());
  if (moved) pipeline.add({ drafts: [moved.draft], judgeState: [moved.row], isUrgent: true });
  const devices = startDevices(config.devices, {
    sink: (observation) => {
      time.take(observation);
      desk.take(observation);
    },
    isBehind: () => desk.isBehind,
    ...{ knownOffsets: offsets.known, log },
  });
  const health = new HealthDesk({
    ...{ config, journal, clock, state: judges.state, commits, pipeline, devices, publishing, log },
    onPulse: options.onPulse,
  });
  const requests = judges.behind({
    ...{ pipeline, configuration, requests: requestRows },
    onRequest: (drafts) => cutter?.hurryFor(drafts),
  });
  const requestTimer = setInterval(() => {
    requests.desk.look();
    remote.look();
  }, REQUEST_LOOK_MS);
  const membership = openMembership({
    ...{ config, journal, size, clock, state: judges.state, context, log, desk: configuration },
    ...{ place: options.configuration, publishing: () => publishing, requests: requests.desk },
  });
  const sayOutgrown = outgrownOnce(log);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    time.look({ context, pipeline, judgeAgain: () => judges.timeKnown(), late: requests.late });
    options.heap?.tick();
    desk.tick(clock.now());
    requests.late.look();
    configuration?.look();
    membership?.look();
    update.look();
    retention.tick(clock.now());
    disk.tick(clock.now(), desk);
    const cut = cutter?.decide();
    if (cut?.kind === 'cut') pipeline.cutBatch(cut.order);
    if (cut?.kind === 'outgrown') sayOutgrown(cut);
    publishing.announceBatch();
    const alerts = judges.alerts();
    if (alerts) publishing.announceStanding(alerts);
    if (ticks % CURSOR_FLUSH_TICKS === 0) pipeline.flushCursors();
  }, TICK_MS);
  const address = `0x${toHex(journal.gateway)}`;
  log.info({ address, records: size, bootCount, brokerPort: intake?.port }, 'gateway role started');

  return {
    failed,
    brokerPort: intake?.port,
    close: async () => {
      clearInterval(timer);
      clearInterval(requestTimer);
      requests.late.close();
      health.close();
      await devices.close();
      await settledLog(pipeline, failed);
      await Promise.all([publishing.close(), receivers.close(), sparkplug?.close(), membership?.close()]);
      await intake?.close();
      await settledLog(pipeline, failed);
      pipeline.stop();
      sayUnwritten(log, pipeline.waitingRecords);
      relayed?.close();
      requestRows.close();
      journal.close();
      await writer.close();
      disk.close();
      log.info('gateway role ended');
    },
  };
}
