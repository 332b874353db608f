// What a record costs on the wire, MQTT headers included: in log messages of a truck's backlog, as JSON and as CBOR, and as
// one small JSON message for each reading, which proves nothing.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../dist/config/load.js';
import { JournalReader } from '../../dist/gateway/journal/journal-reader.js';
import { journalPathOf } from '../../dist/gateway/journal/paths.js';
import { encodeLogMessage } from '../../dist/gateway/publish/log-message.js';
import { LogPager } from '../../dist/gateway/publish/log-page.js';
import { readableOf } from '../../dist/ledger-sync/evidence/readable.js';
import { decodeRecord } from '../../dist/ledger-sync/evidence/record.js';
import { fillBacklog } from './backlog.mjs';
import { makeBenchFolder } from './bench-folder.mjs';
import { figureOf } from './progress.mjs';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const RECORDS = 10_000;
const PER_COMMIT = 16;
const PAGE_RECORDS = 512;

/** A QoS 1 PUBLISH of MQTT 3.1.1: type, length, topic with its length, packet id, payload. */
function publishBytes(topic, payloadBytes) {
  const body = 2 + topic.length + 2 + payloadBytes;
  const lengthBytes = body < 128 ? 1 : body < 16_384 ? 2 : body < 2_097_152 ? 3 : 4;
  return 1 + lengthBytes + body;
}

async function measureWire() {
  const folder = makeBenchFolder();
  try {
    spawnSync(process.execPath, [program, 'init', folder.path, '--name', 'bench']);
    const config = join(folder.path, 'coldgate.yaml');
    await fillBacklog(config, RECORDS, PER_COMMIT);
    const journal = new JournalReader(journalPathOf(loadConfig(config).gateway.dataDir));
    const nameOf = (subject) => journal.log.subjectName(subject)?.name;
    const bytes = { json: 0, cbor: 0, naive: 0 };
    const pager = new LogPager(journal.log, 0);
    for (let page = pager.next(PAGE_RECORDS); page; page = pager.next(PAGE_RECORDS)) {
      for (const encoding of ['json', 'cbor']) {
        bytes[encoding] += publishBytes(
          'coldgate/1/bench/log',
          encodeLogMessage(encoding, { gatewayName: 'bench', page, nameOf }).length,
        );
      }
      for (const leaf of page.leaves) {
        const record = decodeRecord(leaf);
        const { observedAt, kind, name, value, unit, quality } = readableOf(record, nameOf(record.subject));
        const naive = JSON.stringify({ gateway: 'bench', observedAt, kind, name, value, unit, quality });
        bytes.naive += publishBytes(`coldgate/1/bench/${kind}/${name}`, naive.length);
      }
    }
    journal.close();
    return [
      figureOf('wire.bytesPerRecordJson', bytes.json / RECORDS, 'bytes'),
      figureOf('wire.bytesPerRecordCbor', bytes.cbor / RECORDS, 'bytes'),
      figureOf('wire.bytesPerRecordNaive', bytes.naive / RECORDS, 'bytes'),
    ];
  } finally {
    folder.remove();
  }
}

export const wireMeasurements = [
  {
    figures: ['wire.bytesPerRecordJson', 'wire.bytesPerRecordCbor', 'wire.bytesPerRecordNaive'],
    measure: measureWire,
  },
];
