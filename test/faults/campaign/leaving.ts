// What leaves a gateway, made by the real readers from a journal on the disk: pages of the log, alerts and newest
// readings as they are published, an evidence bundle, the audit trail. Each as a hash, or as the error that refused it.

import { createHash } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import type { Config } from '../../../config/schema.js';
import { exportEvidence } from '../../../gateway/evidence-export.js';
import { journalError } from '../../../gateway/journal/journal-error.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { AlertLane } from '../../../gateway/publish/alert-lane.js';
import { LatestReadings } from '../../../gateway/publish/latest-readings.js';
import { encodeLogMessage } from '../../../gateway/publish/log-message.js';
import { LogPager } from '../../../gateway/publish/log-page.js';
import { OwnCheckpoints } from '../../../gateway/publish/own-checkpoints.js';
import { signedDetail } from '../../../gateway/publish/signed-detail.js';
import { signedName } from '../../../gateway/publish/signed-name.js';
import { entryOf } from '../../../gateway/reviews/audit-entry.js';
import { walkLog } from '../../../gateway/reviews/log-walk.js';
import { ledgerOutlets, ledgerWithoutStart } from './ledger-leaving.js';
import { cursorOf, gatewayName, SHIPMENT, SINK, topics } from './rotten-log.js';

/** What leaves, by its name: the hash of its bytes, `refused CODE`, or `unnamed ERROR`. */
export type Leaving = Readonly<Record<string, string>>;

export type Outlet = (
  journal: JournalReader,
  config: Config,
  take: (text: string) => void,
  path: string,
) => void;

const foreignError = /^SQLITE_/;

function publishLog(journal: JournalReader, _config: Config, take: (text: string) => void): void {
  const pager = new LogPager(journal.log, 0);
  const nameOf = (subject: Uint8Array) => signedName(journal.log, subject);
  for (let page = pager.next(); page; page = pager.next())
    take(Buffer.from(encodeLogMessage('json', { gatewayName, page, nameOf })).toString('utf8'));
}

function publishAlerts(journal: JournalReader, _config: Config, take: (text: string) => void): void {
  const lane = new AlertLane({
    ...{ sink: 'mqtt:new', topics, journal, own: new OwnCheckpoints() },
    nameOf: (subject) => signedName(journal.log, subject),
    detailOf: (record) => signedDetail(journal.log, record),
    onAcknowledged: () => {},
    onRoom: () => lane.pump(),
  });
  const publish = (topic: string, payload: string, _options: unknown, done: () => void) => {
    take(`${topic} ${payload}`);
    done();
  };
  lane.up({ publish } as unknown as MqttClient);
  lane.pump();
}

function publishLatest(journal: JournalReader, _config: Config, take: (text: string) => void): void {
  const nameOf = (subject: Uint8Array) => signedName(journal.log, subject);
  const latest = new LatestReadings(journal.log, new OwnCheckpoints(), topics, nameOf);
  latest.refresh();
  for (const { topic, payload } of latest.since(0)) take(`${topic} ${payload}`);
}

function exportAll(journal: JournalReader, config: Config, take: (text: string) => void): void {
  const window = { kind: 'window', fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const;
  take(JSON.stringify(exportEvidence(journal, config, window, true)));
}

function exportShipment(journal: JournalReader, config: Config, take: (text: string) => void): void {
  take(JSON.stringify(exportEvidence(journal, config, { kind: 'shipment', name: SHIPMENT }, true)));
}

function audit(journal: JournalReader, _config: Config, take: (text: string) => void): void {
  const broken: string[] = [];
  const { stoppedAt } = walkLog(
    journal,
    { from: 0, wants: () => true, recordsPerSignature: 1024 },
    {
      record: (checked) => take(JSON.stringify(entryOf(checked))),
      broken: ({ firstSequence, what }) => broken.push(`${firstSequence} ${what}`),
    },
  );
  if (broken.length > 0 || stoppedAt !== undefined) throw journalDamaged(broken[0]);
}

function journalDamaged(what = 'the walk stopped'): Error {
  return Object.assign(new Error(what), { name: 'JournalError', code: 'JOURNAL_DAMAGED' });
}

const outlets: Readonly<Record<string, Outlet>> = {
  log: publishLog,
  resume,
  alerts: publishAlerts,
  latest: publishLatest,
  states: (journal, _config, take) => take(JSON.stringify([...journal.judgeStates()])),
  bundle: exportAll,
  shipment: exportShipment,
  trail: audit,
  ...ledgerOutlets,
};

/** From where a sink goes on; told again is told at least once. */
function resume(journal: JournalReader, _config: Config, take: (text: string) => void): void {
  const cursor = journal.cursor(SINK);
  take(
    cursor <= cursorOf(journal.log.latestCheckpoint()?.size ?? 0) ? 'nothing is left out' : String(cursor),
  );
}

/** Those that anybody may ask for while the gateway is off; the others leave after a start only. */
export const withoutStart: readonly string[] = ['bundle', 'shipment', 'trail', ...ledgerWithoutStart];

/** As the hash of what came out until it was refused, if it was: what was told before must be right as well. */
function drain(outlet: Outlet, journal: JournalReader, config: Config, path: string): string {
  const hash = createHash('sha256');
  try {
    outlet(journal, config, (text) => hash.update(text).update('\n'), path);
    return hash.digest('hex');
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): string {
  if (!(error instanceof Error)) return `unnamed ${String(error)}`;
  const code = 'code' in error ? String(error.code) : '';
  if (error.name === 'JournalError' || error.name === 'ExportError') return `refused ${code}`;
  if (foreignError.test(code)) return `refused ${journalError(error, '').code}`;
  return `unnamed ${error.name} ${code} ${error.message}`;
}

/** Where nothing came out. */
export const nothing = createHash('sha256').digest('hex');

/** All that leaves from the journal at `path`. */
export function leavingFrom(path: string, config: Config): Leaving {
  let journal: JournalReader;
  try {
    journal = new JournalReader(path);
  } catch (error) {
    const why = refusal(error);
    return Object.fromEntries(Object.keys(outlets).map((name) => [name, why]));
  }
  try {
    return Object.fromEntries(
      Object.entries(outlets).map(([name, outlet]) => [name, drain(outlet, journal, config, path)]),
    );
  } finally {
    journal.close();
  }
}
