// The inspector's pack: the same journal gives the same bytes, every file is what the manifest says, the evidence in it
// verifies, and what is missing or broken is not passed over in silence.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '../../../config/schema.js';
import { runInspect } from '../../../gateway/cli/inspect-command.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { makeInspectorPack } from '../../../gateway/reports/inspector-pack.js';
import { verifyBundle } from '../../../ledger-sync/evidence/verify.js';
import { capturedIo } from '../cli/captured-io.js';
import { draftWith, requestOf } from '../drafts.js';
import { journalReaderOf } from '../test-log.js';
import { Journey } from './journey.js';
import { wholeOf } from './pdf-tools.js';
import { cold, sharedJourney } from './two-days.js';

const dates = "certificate: K-1, calibratedOn: '2026-02-01', dueOn: '2027-01-31', uncertaintyMilliC: 200";
const certificate = Buffer.from('%PDF-1.4 a certificate');
const textIn = (files: Record<string, Uint8Array>, name: string) => Buffer.from(files[name] ?? []).toString();

describe('the pack of a whole journey', () => {
  let shared: ReturnType<typeof sharedJourney>;
  let config: Config;
  let bytes: Buffer;
  let files: Record<string, Uint8Array>;
  const made = async () => {
    const journal = new JournalReader(shared.journey.log.path);
    const pack = makeInspectorPack(journal, config, { shipment: 'SHIP-0001', language: 'en' });
    const whole = await wholeOf(pack.bytes);
    journal.close();
    return whole;
  };

  beforeAll(async () => {
    shared = sharedJourney();
    const { journey } = shared;
    writeFileSync(join(dirname(journey.log.path), 'K 1 (ä).pdf'), certificate);
    ({ config } = journey.config(
      `calibrations: [ { sensorId: cargo-front, serial: A, ${dates}, certificateFile: './K 1 (ä).pdf' } ]`,
    ));
    bytes = await made();
    files = unzipSync(bytes);
  });
  afterAll(() => shared.remove());

  test('is the same to the byte when it is made again, with a longer log and in another time zone', async () => {
    const zone = process.env.TZ;
    shared.journey.log.writer.seal(requestOf([draftWith({ subjectName: 'another-truck' })]));
    process.env.TZ = 'America/St_Johns';
    try {
      expect((await made()).equals(bytes)).toBe(true);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test('holds what it lists, and each file is what the manifest says', () => {
    expect(Object.keys(files).filter((name) => name !== 'verifier.html')).toEqual([
      ...['README.txt', 'report.pdf', 'report.json', 'readings.csv', 'audit.txt', 'audit.jsonl'],
      ...['evidence-bundle.json', 'certificates/cargo-front-K_1____.pdf', 'MANIFEST.sha256'],
    ]);
    const manifest = textIn(files, 'MANIFEST.sha256').trimEnd().split('\n');
    expect(manifest).toEqual(
      Object.entries(files)
        .filter(([name]) => name !== 'MANIFEST.sha256')
        .map(([name, file]) => `${createHash('sha256').update(file).digest('hex')}  ${name}`),
    );
    const readme = textIn(files, 'README.txt');
    for (const name of Object.keys(files).filter((one) => one !== 'README.txt'))
      expect(readme).toContain(name);
  });

  test('its evidence verifies alone, and covers every record that the report tells of', () => {
    const bundle = JSON.parse(textIn(files, 'evidence-bundle.json'));
    const { checks } = verifyBundle(bundle);
    expect(checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const { report } = JSON.parse(textIn(files, 'report.json'));
    const { firstSequence, lastSequence } = report.period;
    expect([bundle.proof.begin, bundle.proof.end - 1]).toEqual([firstSequence, lastSequence]);
  });

  test('its certificate is the file that the configuration names, and its audit trail is whole', () => {
    expect(Buffer.from(files['certificates/cargo-front-K_1____.pdf'] ?? []).equals(certificate)).toBe(true);
    const { report } = JSON.parse(textIn(files, 'report.json'));
    const lines = textIn(files, 'audit.jsonl').trimEnd().split('\n');
    expect(lines).toHaveLength(report.audit.entries);
    expect(lines.map((line) => JSON.parse(line).sequence)).toEqual(
      report.audit.shown.map(({ sequence }: { sequence: number }) => sequence),
    );
  });
});

const shortJourney = () => {
  const journey = new Journey({ profile: cold, probes: ['cargo'] }).step('create').step('arm');
  for (let index = 0; index < 12; index++)
    journey
      .after(1)
      .reading('cargo', 5000 + index)
      .seal();
  return journey;
};

test('a certificate that is named and not there is no pack, for it would look complete', () => {
  const journey = shortJourney();
  const { config } = journey.config(
    `calibrations: [ { sensorId: cargo, serial: A, ${dates}, certificateFile: './gone.pdf' } ]`,
  );
  const { bytes } = makeInspectorPack(journalReaderOf(journey.log), config, {
    shipment: 'SHIP-0001',
    language: 'en',
  });
  return expect(wholeOf(bytes)).rejects.toMatchObject({ code: 'CERTIFICATE_UNREADABLE' });
});

test('of a log that is broken there is a pack without evidence, with a warning, and exit code 1', async () => {
  const journey = shortJourney();
  const leaf = Uint8Array.from(journey.log.reader.leaf(8) as Uint8Array);
  leaf[40] = (leaf[40] ?? 0) ^ 1;
  const { path } = journey.config();
  journey.log.damage('UPDATE records SET leaf = ? WHERE sequence = 8', leaf);
  const output = join(dirname(path), 'pack.zip');
  const io = capturedIo();
  expect(await runInspect('SHIP-0001', { config: path, output }, io)).toBe(1);
  expect(io.outLines.join('\n')).toMatch(/NOT VERIFIED: records 8 to 8[\s\S]*no evidence bundle/);
  const files = unzipSync(readFileSync(output));
  expect(Object.keys(files).some((name) => name.startsWith('evidence'))).toBe(false);
  expect(textIn(files, 'README.txt')).toContain('WARNING: something in the log is not what was signed.');
});
