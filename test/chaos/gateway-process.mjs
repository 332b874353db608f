// The signing half of a gateway as a process of its own, to be killed at any time: fills the journal and cuts headers
// as the gateway role does, by its own cutter and writer, only faster. Begins when its settings arrive.

import { once } from 'node:events';
import { openDatabase } from '../../dist/gateway/journal/database.js';
import { beginGeneration, claimIdentity, countBoot } from '../../dist/gateway/journal/identity.js';
import { JournalReader } from '../../dist/gateway/journal/journal-reader.js';
import { BatchCutter } from '../../dist/gateway/sealing/batch-cutter.js';
import { LogWriter } from '../../dist/gateway/sealing/log-writer.js';
import { fromHex } from '../../dist/ledger-sync/evidence/bytes.js';
import { recordKinds } from '../../dist/ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../dist/ledger-sync/evidence/signer.js';

const TICK_MS = 25;

process.once('disconnect', () => process.exit());
const [settings] = await once(process, 'message');
const path = settings.journalPath;
const signer = new SoftwareSigner(fromHex(settings.deviceKey));
const database = openDatabase(path, { access: 'owner' });
const { generation } = claimIdentity(database, signer.address, path);
const writer = new LogWriter({ database, path, signer, now: Date.now });
beginGeneration(database, generation + 1);
const bootCount = countBoot(database, settings.bootId);
const cutter = new BatchCutter({
  journal: new JournalReader(path),
  chainId: settings.chainId,
  contract: fromHex(settings.contract),
  intervalMs: settings.batchIntervalMs,
  uptimeMs: () => performance.now(),
});

function reading() {
  return {
    observedAtMs: Date.now(),
    uptimeMs: Math.round(performance.now()),
    bootCount,
    clockTrust: 2,
    kind: recordKinds.temperature,
    subjectName: 'cargo-front',
    isSalted: false,
    value: 4_000 + (Date.now() % 1_000),
    quality: 0,
    shipmentName: undefined,
    detail: undefined,
  };
}

setInterval(() => {
  const decision = cutter.decide();
  const batch = decision.kind === 'cut' ? decision.order : undefined;
  writer.seal({ drafts: [reading()], judgeState: [], results: [], cursors: [], batch });
}, TICK_MS);
