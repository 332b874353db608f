// The built writer of the log in a process of its own, which seals readings and deletes old ones without a pause: whenever it
// is killed, it is in the middle of something. Says each size once the commit is confirmed.
// use: retention-child.mjs FOLDER

import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../dist/gateway/journal/database.js';
import { claimIdentity } from '../../dist/gateway/journal/identity.js';
import { LogReader } from '../../dist/gateway/journal/log-reader.js';
import { nextSpan } from '../../dist/gateway/retention/retention-plan.js';
import { retentionDraft } from '../../dist/gateway/retention/retention-record.js';
import { LogWriter } from '../../dist/gateway/sealing/log-writer.js';
import { SoftwareSigner } from '../../dist/ledger-sync/evidence/signer.js';

const STDOUT = 1;
const [folder] = process.argv.slice(2);
const path = join(folder, 'journal.db');
const signer = new SoftwareSigner(new Uint8Array(32).fill(7));
const database = openDatabase(path, { access: 'owner' });
claimIdentity(database, signer.address, path);
const writer = new LogWriter({ database, path, signer, now: Date.now });
const log = new LogReader(database, signer.address);

const at = { unixMs: 1_700_000_000_000, uptimeMs: 5000 };
const context = {
  bootCount: 1,
  clockTrust: () => 2,
  placed: (moment) => moment,
  shipmentOf: () => undefined,
};
const reading = {
  ...{
    observedAtMs: at.unixMs,
    uptimeMs: 0,
    bootCount: 1,
    clockTrust: 2,
    kind: 1,
    subjectName: 'front',
    isSalted: false,
  },
  ...{ value: 4000, quality: 0, shipmentName: undefined, detail: undefined },
};
const event = { ...reading, kind: 9, detail: { type: 'excursion' } };
const request = { judgeState: [], results: [], cursors: [], batch: undefined };

for (let turn = 0; ; turn++) {
  const holds = [{ first: Math.max(0, writer.size - 600), beyond: Number.MAX_SAFE_INTEGER, by: 'test' }];
  const wish = { of: turn % 6 === 0 ? 'events' : 'readings', beforeMs: at.unixMs + 1, maxRecords: 300 };
  const span = turn % 3 === 0 ? nextSpan(log, holds, wish) : undefined;
  const prune = span && { ...span, of: wish.of };
  const drafts = prune
    ? [retentionDraft(context, at, { ...prune, cause: 'age', keptDays: 400 })]
    : [...new Array(40).fill(reading), event];
  const receipt = writer.seal({ ...request, drafts, prunes: prune ? [prune] : [], sweepRecords: 90 });
  if (!receipt.arePrunesNoted) throw new Error(`refused: ${JSON.stringify(prune)}`);
  writeSync(STDOUT, `${receipt.size}\n`);
}
