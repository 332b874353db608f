// The edge node of a configuration, with the log behind it.

import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { JournalError, journalError } from '../journal/journal-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { packageVersion } from '../package-version.js';
import type { OwnCheckpoints } from '../publish/own-checkpoints.js';
import { signedDetail } from '../publish/signed-detail.js';
import { signedName } from '../publish/signed-name.js';
import { SPARKPLUG_SINK } from '../publish/sink.js';
import type { LogPipeline } from '../sealing/log-pipeline.js';
import { bdSeqFile } from './bd-seq-file.js';
import { SparkplugNode } from './edge-node.js';
import { LogFeed } from './log-feed.js';

export interface SparkplugParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly own: OwnCheckpoints;
  readonly pipeline: Pick<LogPipeline, 'saveCursor'>;
  readonly log: Logger;
}

const MS_PER_SECOND = 1000;
/** History that a slow link or births put off. */
const LOOK_MS = 1000;

/** Undefined where the configuration has no `sparkplug`. */
export function openSparkplug({ config, journal, own, pipeline, log }: SparkplugParts) {
  const { sparkplug, gateway } = config;
  if (!sparkplug) return undefined;
  const { username, passwordFile, caFile, primaryHostId, urls } = sparkplug;
  const [first, ...others] = urls;
  if (first === undefined) return undefined;
  let isDamaged = false;
  const node = new SparkplugNode({
    groupId: sparkplug.groupId,
    edgeNodeId: sparkplug.edgeNodeId ?? gateway.name,
    rebirthMinIntervalMs: sparkplug.rebirthMinIntervalSeconds * MS_PER_SECOND,
    servers: [first, ...others],
    link: {
      clientId: `coldgate-${gateway.name}-sparkplug`,
      ...(username === undefined ? {} : { username }),
      secrets: () => ({
        ...(passwordFile === undefined ? {} : { password: readFileSync(passwordFile, 'utf8').trim() }),
        ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      }),
    },
    properties: { 'Gateway Address': `0x${toHex(journal.gateway)}`, Version: packageVersion() },
    sensors: [],
    bdSeq: bdSeqFile(gateway.dataDir),
    ...(primaryHostId === undefined ? {} : { primaryHostId }),
    onSession: (isUp, reason) => {
      log.info({ isUp, ...(reason === '' ? {} : { reason }) }, 'Sparkplug session');
      if (isUp) pump();
    },
    onRefused: (reason) =>
      log.warn({ code: 'SPARKPLUG_REFUSED', reason }, 'a Sparkplug command was not obeyed'),
  });
  const feed = new LogFeed({
    ...{ node, journal, own },
    nameOf: (subject) => signedName(journal.log, subject),
    detailOf: (record) => signedDetail(journal.log, record),
    // A host that is new needs no past: the log topic has it.
    from: journal.knownCursor(SPARKPLUG_SINK) ?? journal.log.latestCheckpoint()?.size ?? 0,
    onTold: (size) => pipeline.saveCursor(SPARKPLUG_SINK, size),
  });
  const pump = () => {
    if (isDamaged) return;
    try {
      feed.pump();
    } catch (error) {
      isDamaged = error instanceof JournalError && error.code === 'JOURNAL_DAMAGED';
      const { code, hint, message } = journalError(error, 'the journal');
      log.warn({ code, hint }, message);
    }
  };
  const timer = setInterval(pump, LOOK_MS);
  return {
    open: () => node.open(),
    /** Something new is in the log. */
    pump,
    close: async () => {
      clearInterval(timer);
      await node.close();
    },
  };
}
