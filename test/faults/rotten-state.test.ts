// What judges and alerts remember, lost with a damaged card while an excursion goes on. Seen from outside: it stays open or is opened
// again, it is never withdrawn, and its end is told; the record of the recovery says that something is missing.

import { appendFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { connectClient } from '../gateway/mqtt-clients.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { type GatewayFolder, makeGatewayFolder, topicOf } from './gateway-folder.js';
import { runGateway } from './gateway-process.js';
import type { SpawnedGateway } from './spawned-gateway.js';

const SENSOR = 'front';
const LIMIT_MS = 120_000;

function withJournal<Result>(
  { journal }: GatewayFolder,
  work: (database: Database.Database) => Result,
): Result {
  const database = new Database(journal);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** Documents of excursions, in their order. */
function excursions(folder: GatewayFolder): { event: string; excursionId: string }[] {
  return withJournal(folder, (database) =>
    database
      .prepare<[], { leaf: Buffer; detail: string }>(
        'SELECT leaf, detail FROM records WHERE detail IS NOT NULL ORDER BY sequence',
      )
      .all()
      .filter(({ leaf }) => decodeRecord(leaf).kind === recordKinds.excursion)
      .map(({ detail }) => JSON.parse(detail))
      .filter(({ rule }) => rule === 'high'),
  );
}

function alertRows(folder: GatewayFolder): { id: string; state: string; isOngoing: boolean }[] {
  return withJournal(folder, (database) =>
    database
      .prepare<[], string>("SELECT value FROM judge_state WHERE key LIKE 'alert/%'")
      .pluck()
      .all()
      .map((text) => JSON.parse(text))
      .filter(({ source }) => source === 'excursion'),
  );
}

function conditionRows(folder: GatewayFolder): object[] {
  return withJournal(folder, (database) =>
    database
      .prepare<[], string>("SELECT value FROM judge_state WHERE key = 'alert/gateway-damaged-journal'")
      .pluck()
      .all()
      .map((text) => JSON.parse(text)),
  );
}

async function read(gateway: SpawnedGateway, values: readonly number[]): Promise<void> {
  const { client } = await connectClient(Number(await gateway.brokerPort()));
  for (const value of values)
    await client.publishAsync(topicOf(SENSOR), JSON.stringify({ value }), { qos: 1 });
  await client.endAsync();
}

/** A stopped gateway whose goods are too warm. */
async function tooWarm(): Promise<GatewayFolder> {
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: [SENSOR] });
  appendFileSync(folder.config, `excursions: [ { sensorId: ${SENSOR}, highMilliC: 8000 } ]\n`);
  const gateway = runGateway(folder.config);
  await read(gateway, [5_000, 9_000, 9_100]);
  await eventually('an alert', () => alertRows(folder).length === 1);
  expect(await gateway.stop()).toBe(0);
  return folder;
}

/** Of a watch of which nothing is left another begins, and what was told stands until a person ends it. */
const losses: readonly (readonly [what: string, where: string, isEndSeen: boolean])[] = [
  ['what was told of it', "key LIKE 'told/%'", true],
  ['the fold of its readings', "key LIKE 'fold/%'", true],
  ['all folds of its readings', "key LIKE 'fold/%' OR key LIKE 'past/%'", false],
  ['the axis of time', "key = 'judge-clock'", true],
  ['its alert', "key LIKE 'alert/%'", true],
  ['all that judges remember', "key NOT LIKE 'recovery/%'", false],
];

describe('an excursion that goes on when a card loses', () => {
  it.each(losses)(
    '%s is open afterwards, and its end is told if it can be seen',
    async (_what, where, isEndSeen) => {
      const folder = await tooWarm();
      const [told] = excursions(folder);
      const [alert] = alertRows(folder);
      expect(told?.event).toBe('opened');
      expect(alert).toMatchObject({ id: told?.excursionId, state: 'open', isOngoing: true });
      withJournal(folder, (database) =>
        database.exec(`UPDATE judge_state SET value = '{}', checksum = 5 WHERE ${where}`),
      );
      const gateway = runGateway(folder.config);
      expect(await gateway.line('JOURNAL_RECOVERED')).toMatchObject({ incomplete: ['judge_state'] });
      const alertNow = () => alertRows(folder).find(({ id }) => id === told?.excursionId);
      await eventually('the alert is open', () => alertNow()?.isOngoing === true);
      await read(gateway, [5_000, 5_000]);
      const isClosed = () =>
        excursions(folder).some((one) => one.event === 'closed' && one.excursionId === told?.excursionId);
      if (isEndSeen) await eventually('its end is told', isClosed);
      await gateway.stop();
      expect(excursions(folder).map(({ event }) => event)).not.toContain('withdrawn');
      expect(alertNow()).toMatchObject({ state: 'open', isOngoing: !isEndSeen });
      // Beside it stands that the card has lost something.
      expect(conditionRows(folder)).toMatchObject([{ severity: 'critical', state: 'open' }]);
    },
    LIMIT_MS,
  );
});
