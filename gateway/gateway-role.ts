// The gateway role: reads devices, signs, stores, judges, publishes. Holds the device key (in the writer
// thread), never talks to the ledger. Everything it consists of is put together here.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.js';
import { systemClock } from '../firmware-bridge/clock.js';
import { fromHex, toHex } from '../ledger-sync/evidence/bytes.js';
import { openCommands } from './commands/open-commands.js';
import type { RoleConfiguration } from './configuration/configuration-desk.js';
import { ConfigurationDesk } from './configuration/configuration-desk.js';
import { readBootId, readClockTrust } from './intake/boot.js';
import { ClockWatch } from './intake/clock-watch.js';
import { startDevices } from './intake/devices.js';
import { startMqttIntake } from './intake/mqtt-intake.js';
import { OffsetMemory } from './intake/offset-memory.js';
import { ReadingDesk } from './intake/reading-desk.js';
import { Ballast } from './journal/ballast.js';
import { makeDataFolder } from './journal/data-folder.js';
import { JournalReader } from './journal/journal-reader.js';
import { journalPathOf } from './journal/paths.js';
import { RequestRows } from './journal/request-rows.js';
import { ledgerTargetChange } from './ledger-target.js';
import { OwnCheckpoints } from './publish/own-checkpoints.js';
import { startPublishing } from './publish/publishing.js';
import { RemoteRequests } from './publish/remote-requests.js';
import { topicsOf } from './publish/topics.js';
import { Receivers } from './receivers.js';
import { openRelayed } from './relay/open-relayed.js';
import { RetentionDesk } from './retention/retention-desk.js';
import { RoleJudges } from './role-judges.js';
import { outgrownOnce, sayUnwritten, startRecord } from './role-notices.js';
import { RuntimeStatusFile } from './runtime-status.js';
import { BatchCutter } from './sealing/batch-cutter.js';
import { openKeyFile, readPassphrase } from './sealing/key-file.js';
import { LogPipeline } from './sealing/log-pipeline.js';
import { startWriter } from './sealing/writer.js';
import { openSparkplug } from './sparkplug/open-sparkplug.js';
import { TroubleReport } from './trouble-report.js';

const TICK_MS = 1000;
/** Somebody waits for the answer. */
const REQUEST_LOOK_MS = 200;
const CURSOR_FLUSH_TICKS = 10;
/** With a disk that is full nothing drains; whoever asked the role to end does not wait for ever. */
const DRAIN_LIMIT_MS = 2000;

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
  const passphrase = readPassphrase(config.gateway.passphraseFile);
  const privateKey = await openKeyFile(config.gateway.keyFile, passphrase);
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const writer = await startWriter(
    {
      ...{ journalPath, privateKey, keyFile: config.gateway.keyFile, bootId: readBootId() },
      synchronous: options.synchronous ?? 'FULL',
    },
    fail,
  );
  const ballast = new Ballast(join(config.gateway.dataDir, 'ballast'));
  ballast.fill();
  const journal = new JournalReader(journalPath);
  let clockTrust = readClockTrust(config.clock.trust);
  const judges = new RoleJudges({
    config,
    journal,
    bootCount: writer.bootCount,
    size: writer.size,
    clockTrust: () => clockTrust,
    log,
  });
  const { context } = judges;
  const offsets = new OffsetMemory(journal.judgeStates());
  const cutter =
    config.ledger &&
    new BatchCutter({
      journal,
      chainId: config.ledger.chainId,
      contract: fromHex(config.ledger.contract),
      intervalMs: config.ledger.batchIntervalMs,
      heartbeatMs: config.ledger.heartbeatIntervalMs,
      uptimeMs: () => systemClock.now().uptimeMs,
    });
  const report = new TroubleReport(log);
  const pipeline = new LogPipeline({
    writer,
    windowMs: config.commit.windowMs,
    size: writer.size,
    onSealed: (receipt) => {
      judges.sealed(receipt, pipeline);
      retention.sealed(receipt);
      publishing.pump(receipt);
      receivers.wake();
      sparkplug?.pump();
    },
    onTrouble: (trouble) => {
      if (trouble) report.journalFailed(trouble);
      else report.healed();
      if (trouble?.code === 'DISK_FULL') ballast.release();
      else if (!trouble) ballast.fill();
    },
  });
  const retention = new RetentionDesk({ config, journal, pipeline, context, log });
  writer.onAnswer((answer) => {
    if (answer.kind === 'mark-failed') report.markFailed(answer);
    else pipeline.onAnswer(answer);
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
  const remote = new RemoteRequests(requestRows, topicsOf(config.gateway.name), Date.now);
  const relayed = config.ledger?.relay
    ? openRelayed(config, config.ledger, journal, journalPath, log)
    : undefined;
  const own = new OwnCheckpoints();
  const { configuration: place } = options;
  const configuration =
    place &&
    new ConfigurationDesk({
      ...{ ...place, config, state: judges.state, context, log, now: () => systemClock.now() },
      add: (entry) => pipeline.add(entry),
    });
  const commands = openCommands({
    ...{ config, gateway: journal.gateway, state: judges.state, context, pipeline, configuration },
    ...{ publishing: () => publishing, requests: () => requests.desk },
  });
  const publishing = startPublishing({
    ...{ config, journal, own, pipeline, log, commands, relayed: relayed?.ledger, state: judges.state },
    ...{ embedded: intake && { ...intake, port: intake.ownPort }, requests: remote },
  });
  const receivers = new Receivers({ config, journal, own, pipeline, clockTrust: () => clockTrust, log });
  const sparkplug = openSparkplug({ config, journal, own, pipeline, log });
  sparkplug?.open();
  desk.note([startRecord(context, configuration?.hash)], true);
  configuration?.start();
  receivers.start();
  const moved = ledgerTargetChange(journal.judgeStates(), config.ledger, context, systemClock.now());
  if (moved) pipeline.add({ drafts: [moved.draft], judgeState: [moved.row], isUrgent: true });
  const devices = startDevices(config.devices, {
    sink: (observation) => desk.take(observation),
    isBehind: () => desk.isBehind,
    ...{ knownOffsets: offsets.known, log, status: new RuntimeStatusFile(config.gateway.dataDir) },
  });
  const watch = new ClockWatch(systemClock, context);
  const requests = judges.behind({
    ...{ pipeline, configuration, requests: requestRows },
    onRequest: (drafts) => cutter?.hurryFor(drafts),
  });
  const requestTimer = setInterval(() => {
    requests.desk.look();
    remote.look();
  }, REQUEST_LOOK_MS);
  const sayOutgrown = outgrownOnce(log);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    clockTrust = readClockTrust(config.clock.trust);
    const step = watch.check();
    if (step) desk.note([step], true);
    desk.tick(systemClock.now());
    requests.late.look();
    configuration?.look();
    retention.tick(systemClock.now());
    const decision = cutter?.decide();
    if (decision?.kind === 'cut') pipeline.cutBatch(decision.order);
    if (decision?.kind === 'outgrown') sayOutgrown(decision);
    publishing.announceBatch();
    const alerts = judges.alerts();
    if (alerts) publishing.announceStanding(alerts);
    if (ticks % CURSOR_FLUSH_TICKS === 0) pipeline.flush();
  }, TICK_MS);
  log.info(
    {
      address: `0x${toHex(journal.gateway)}`,
      records: writer.size,
      bootCount: writer.bootCount,
      brokerPort: intake?.port,
    },
    'gateway role started',
  );

  const settle = () =>
    Promise.race([
      pipeline.drain(),
      failed.catch(() => {}),
      sleep(DRAIN_LIMIT_MS, undefined, { ref: false }),
    ]);

  return {
    failed,
    brokerPort: intake?.port,
    close: async () => {
      clearInterval(timer);
      clearInterval(requestTimer);
      requests.late.close();
      await devices.close();
      await settle();
      await Promise.all([publishing.close(), receivers.close(), sparkplug?.close()]);
      await intake?.close();
      await settle();
      pipeline.stop();
      sayUnwritten(log, pipeline.waitingRecords);
      relayed?.close();
      requestRows.close();
      journal.close();
      await writer.close();
      log.info('gateway role ended');
    },
  };
}
