// A journal with a backlog, as a truck that was offline has it: written by the gateway's own writer, in small commits, with
// the gateway's own key. Only the flush of each commit is left out.

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { loadConfig } from '../../dist/config/load.js';
import { journalPathOf } from '../../dist/gateway/journal/paths.js';
import { openDeviceKey } from '../../dist/gateway/sealing/open-device-key.js';
import { startWriter } from '../../dist/gateway/sealing/writer.js';
import { say } from './progress.mjs';

const PROBES = 8;
const TAGS = 400;
/** Of 98 records a minute, 48 are readings and 50 are sightings. */
const READINGS_SHARE = 48 / 98;
const TEMPERATURE = 1;
const TAG_SIGHTING = 3;

function draftAt(index, bootCount, startMs) {
  const isReading = Math.floor((index + 1) * READINGS_SHARE) > Math.floor(index * READINGS_SHARE);
  const common = {
    observedAtMs: startMs + index * 612,
    bootCount,
    uptimeMs: 1000 + index * 612,
    clockTrust: 2,
    quality: 0,
    shipmentName: 'BENCH-0001',
    isSalted: true,
  };
  if (isReading)
    return {
      ...common,
      kind: TEMPERATURE,
      subjectName: `probe-${index % PROBES}`,
      value: 4000 + (index % 900),
    };
  const serial = String(index % TAGS).padStart(6, '0');
  return {
    ...common,
    kind: TAG_SIGHTING,
    subjectName: `urn:epc:id:sgtin:4012345.012345.${serial}`,
    value: -55_000,
  };
}

/** Fills the journal that `configPath` names with so many records, `perCommit` in each commit. */
export async function fillBacklog(configPath, records, perCommit) {
  const { gateway } = loadConfig(configPath);
  mkdirSync(gateway.dataDir, { recursive: true });
  const writer = await startWriter(
    {
      journalPath: journalPathOf(gateway.dataDir),
      keyFile: gateway.keyFile,
      key: await openDeviceKey(gateway),
      bootId: randomUUID(),
      synchronous: 'NORMAL',
    },
    (error) => {
      throw error;
    },
  );
  const startMs = Date.now() - records * 612;
  for (let index = 0; index < records; ) {
    const count = Math.min(perCommit, records - index);
    const drafts = Array.from({ length: count }, (_, at) => draftAt(index + at, writer.bootCount, startMs));
    const answered = new Promise((resolve) => writer.onAnswer(resolve));
    writer.send({
      kind: 'seal',
      request: { drafts, judgeState: [], results: [], cursors: [], batch: undefined },
    });
    const answer = await answered;
    if (answer.kind !== 'sealed')
      throw new Error(`the backlog could not be written: ${JSON.stringify(answer)}`);
    index += count;
    if (index % 1_000_000 < perCommit) say(`backlog of ${index} records`);
  }
  await writer.close();
}
