// The files of a report: bytes that depend on the records alone, text and pages that other people's programs read, tables
// that no name turns into a formula, and what is said of a log that is broken.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { chartLine } from '../../../gateway/reports/chart-line.js';
import { celsiusCell, textCell } from '../../../gateway/reports/csv-cell.js';
import { reportBytes, reportJson, reportJsonSchema } from '../../../gateway/reports/make-report.js';
import { ReadingColumns } from '../../../gateway/reports/reading-columns.js';
import type { ReportLanguage } from '../../../gateway/reports/report-language.js';
import { makeShipmentReport, type ShipmentReport } from '../../../gateway/reports/shipment-report.js';
import { shownText } from '../../../gateway/reports/shown-text.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { hasProgram } from '../../firmware-bridge/peer-program.js';
import { draftWith, requestOf } from '../drafts.js';
import { journalReaderOf } from '../test-log.js';
import { Journey } from './journey.js';
import { goldenOf, picturesOf, textOf, wholeOf } from './pdf-tools.js';
import { calibrations, cold, sharedJourney } from './two-days.js';

const hasPoppler = hasProgram('pdftotext', 'poppler-utils') && hasProgram('pdftoppm', 'poppler-utils');

const pdfOf = (made: ShipmentReport, language: ReportLanguage = 'en') =>
  wholeOf(reportBytes(made, 'pdf', language));

describe('a journey with everything', () => {
  let made: ShipmentReport;
  let again: ShipmentReport;
  let pdf: Buffer;

  beforeAll(async () => {
    const { journey, remove } = sharedJourney();
    const { config } = journey.config(calibrations);
    const read = () => {
      const journal = new JournalReader(journey.log.path);
      try {
        return makeShipmentReport(journal, config, 'SHIP-0001');
      } finally {
        journal.close();
      }
    };
    made = read();
    again = read();
    remove();
    pdf = await pdfOf(made);
  });

  test('the same records give the same bytes, also in another time zone', async () => {
    const zone = process.env.TZ;
    const hourOf = () => new Date(0).getHours();
    try {
      process.env.TZ = 'UTC';
      const hour = hourOf();
      process.env.TZ = 'Asia/Tokyo';
      expect(hourOf()).not.toBe(hour);
      expect((await pdfOf(again)).equals(pdf)).toBe(true);
      expect(reportJson(again.report)).toBe(reportJson(made.report));
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test('the other language is another file that says the same figures', async () => {
    const german = await pdfOf(made, 'de');
    expect(german.equals(pdf)).toBe(false);
    if (hasPoppler) expect(textOf(german)).toContain('ABWEICHUNG: Grenzen wurden verlassen');
  });

  test.skipIf(!hasPoppler)('the text of the PDF is what a person should read', async () => {
    await expect(goldenOf(pdf)).toMatchFileSnapshot('./two-days.txt');
  });

  test.skipIf(!hasPoppler)('no page is blank, and none is painted over', () => {
    const pictures = picturesOf(pdf);
    expect(pictures.length).toBeGreaterThan(3);
    const pages = [...textOf(pdf).matchAll(/Page (\d+) of (\d+)/g)].map(([, page, of]) => [
      Number(page),
      Number(of),
    ]);
    expect(pages).toEqual(pictures.map((_, index) => [index + 1, pictures.length]));
    for (const { inked } of pictures) {
      expect(inked).toBeGreaterThan(0.02);
      expect(inked).toBeLessThan(0.5);
    }
  });

  test('the JSON follows its published schema, and its hash is that of its canonical JSON', () => {
    const { report, sha256 } = JSON.parse(reportJson(made.report)) as { report: object; sha256: string };
    const isReport = new Ajv2020({ strict: false }).compile(reportJsonSchema());
    expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
    expect(isReport({ ...report, version: 2 })).toBe(false);
    expect(sha256).toBe(Buffer.from(detailHash(report)).toString('hex'));
  });

  test('the table has every reading once, in the order of the log', async () => {
    const csv = (await wholeOf(reportBytes(made, 'csv', 'en'))).toString();
    const [header, ...rows] = csv.trimEnd().split('\r\n');
    expect(header).toBe('time,sensor,celsius,quality,counted,late,sequence,recorded');
    expect(rows).toHaveLength(made.report.probes.reduce((sum, { points }) => sum + points, 0));
    const sequences = rows.map((row) => Number(row.split(',')[6]));
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(rows[0]).toBe('2026-03-02T06:15:00.000Z,cargo-front,5.000,good,yes,no,4,');
    expect(rows.filter((row) => row.includes(',probe-open,no,no,'))).toHaveLength(1);
  });
});

describe('a log that is broken', () => {
  const journeyOf = () => {
    const journey = new Journey({ profile: cold, probes: ['cargo'] }).step('create').step('arm');
    for (let index = 0; index < 30; index++)
      journey
        .after(1)
        .reading('cargo', 5000 + index)
        .seal();
    return journey;
  };
  const reportOf = (journey: Journey) => {
    const { config } = journey.config();
    return makeShipmentReport(journalReaderOf(journey.log), config, 'SHIP-0001');
  };

  test('whole, it says so', () => {
    expect(reportOf(journeyOf()).report.proof).toMatchObject({ isWhole: true, broken: [] });
  });

  test('a changed leaf is named, its value is not told, and the verdict warns', async () => {
    const journey = journeyOf();
    const before = reportOf(journey).report;
    const leaf = journey.log.reader.leaf(20) as Uint8Array;
    const changed = Uint8Array.from(leaf);
    changed[leaf.length - 20] = (changed[leaf.length - 20] ?? 0) ^ 1;
    journey.log.damage('UPDATE records SET leaf = ? WHERE sequence = 20', changed);
    const made = reportOf(journey);
    expect(made.report.proof).toMatchObject({ isWhole: false, broken: [{ firstSequence: 20 }] });
    expect(made.report.verdict.reasons).toContain('log-broken');
    expect(before.verdict.reasons).not.toContain('log-broken');
    if (!hasPoppler) return;
    const text = textOf(await pdfOf(made));
    expect(text).toContain('Something in the log is not what was signed.');
    expect(text).toContain('NOT VERIFIED');
  });

  test('a name that was exchanged behind the hash is a broken place, not another probe', () => {
    const journey = journeyOf();
    journey.log.damage("UPDATE subjects SET name = 'other' WHERE name = 'cargo'");
    const { report } = reportOf(journey);
    expect(report.proof.isWhole).toBe(false);
    expect(report.probes.map(({ sensor, points }) => [sensor, points])).toEqual([['cargo', 0]]);
    expect(report.verdict).toMatchObject({ state: 'UNKNOWN' });
  });
});

describe('hostile names', () => {
  const hostile = '=cmd|"/c calc"!A1,\u202e\u0000\n中文 <b>‮x</b>';

  test('stand on the page without turning or hiding anything', () => {
    expect(shownText(hostile)).not.toMatch(/[\p{C}\u202e]/u);
    expect(shownText('中')).toBe('\\u{4e2d}');
    expect(shownText('Zürich, Łódź, Αθήνα, Київ')).toBe('Zürich, Łódź, Αθήνα, Київ');
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', ' =1'])('%j is no formula in a table', (text) => {
    expect(textCell(text).replace(/^"/, '')).toMatch(/^'/);
  });

  test('a cell comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = textCell(text);
        const plain = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        expect(plain === text || plain === `'${text}`).toBe(true);
        if (/[",\r\n]/.test(plain)) expect(cell).toMatch(/^"[\s\S]*"$/);
      }),
    );
  });

  test('temperatures are numbers with three decimals', () => {
    expect([0, -1, 5_000, -12_345, 999].map(celsiusCell)).toEqual([
      ...['0.000', '-0.001', '5.000', '-12.345', '0.999'],
    ]);
  });

  test('a report is made of them, and no part of it is another thing than text', async () => {
    const order = { consignor: hostile.replace(/\p{C}/gu, ''), carrier: '=HYPERLINK("http://x")' };
    const journey = new Journey({ profile: cold, probes: ['cargo'], order }).step('create').step('arm');
    journey.after(1).reading('cargo', 5000).seal();
    const { config } = journey.config();
    const made = makeShipmentReport(journalReaderOf(journey.log), config, 'SHIP-0001');
    const pdf = await pdfOf(made);
    if (hasPoppler) expect(textOf(pdf)).toContain('=HYPERLINK("http://x")');
    expect(pdf.includes('/JavaScript') || pdf.includes('/URI')).toBe(false);
  });
});

describe('the line of a chart', () => {
  const point = fc.record({
    waitMs: fc.integer({ min: 1, max: 5_000 }),
    milliC: fc.integer({ min: -90_000, max: 90_000 }),
    counts: fc.boolean(),
  });

  test('loses no extreme of any column, invents nothing, and goes on in time', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (story, columns) => {
        const readings = new ReadingColumns();
        let atMs = 0;
        const points = story.map(({ waitMs, milliC, counts }, sequence) => {
          atMs += waitMs;
          const about = { sequence, bootCount: 1, uptimeMs: atMs, measuredAtMs: atMs, milliC, quality: 0 };
          readings.push({ ...about, hasNumber: counts, isSuspect: false, doubt: undefined, isLate: false });
          return { atMs, milliC, counts };
        });
        readings.place(() => 0);
        const span = { fromMs: 0, toMs: atMs + 1 };
        const drawn = chartLine(readings, span, 4_000, columns).flat();
        const good = points.filter(({ counts }) => counts);
        const columnOf = (ms: number) => Math.floor(ms / Math.max(1, (atMs + 1) / columns));
        for (let column = 0; column < columns; column++) {
          const truth = good.filter((one) => columnOf(one.atMs) === column).map(({ milliC }) => milliC);
          const shown = drawn.filter(({ axisMs }) => columnOf(axisMs) === column).map(({ milliC }) => milliC);
          if (truth.length === 0) expect(shown).toEqual([]);
          else
            expect([Math.min(...shown), Math.max(...shown)]).toEqual([
              Math.min(...truth),
              Math.max(...truth),
            ]);
        }
        const known = new Set(good.map((one) => `${one.atMs} ${one.milliC}`));
        expect(drawn.every(({ axisMs, milliC }) => known.has(`${axisMs} ${milliC}`))).toBe(true);
        const times = drawn.map(({ axisMs }) => axisMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(drawn.length).toBeLessThanOrEqual(4 * columns + 4 * story.length);
      }),
      { numRuns: 60 },
    );
  });

  test('a hole longer than the profile allows breaks it', () => {
    const readings = new ReadingColumns();
    for (const [sequence, atMs] of [0, 1_000, 20_000, 21_000].entries()) {
      const about = { sequence, bootCount: 1, uptimeMs: atMs, measuredAtMs: atMs, milliC: 5000, quality: 0 };
      readings.push({ ...about, hasNumber: true, isSuspect: false, doubt: undefined, isLate: false });
    }
    readings.place(() => 0);
    const pieces = chartLine(readings, { fromMs: 0, toMs: 21_001 }, 5_000, 100);
    expect(pieces.map((piece) => piece.map(({ axisMs }) => axisMs))).toEqual([
      [0, 1_000],
      [20_000, 21_000],
    ]);
  });
});

test('the command writes the file while the journal is open elsewhere, and never over another', async () => {
  const { runReport } = await import('../../../gateway/cli/report-command.js');
  const { capturedIo } = await import('../cli/captured-io.js');
  const journey = new Journey({ profile: cold, probes: ['cargo'] }).step('create').step('arm');
  journey.after(1).reading('cargo', 5000).seal();
  const { path: config } = journey.config();
  const output = `${dirname(config)}/r.csv`;
  const io = capturedIo();
  expect(await runReport('SHIP-0001', { config, output }, io)).toBe(0);
  expect(io.outLines[0]).toContain('r.csv: shipment SHIP-0001, armed: OK (still-running)');
  expect(readFileSync(output, 'utf8')).toContain(',cargo,5.000,good,yes,no,');
  await expect(runReport('SHIP-0001', { config, output }, io)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  const wrong = [
    [{ output: 'x.doc' }, 'WRONG_USE'],
    [{ output: 'x.pdf', lang: 'fr' }, 'WRONG_USE'],
    [{}, 'WRONG_USE'],
  ] as const;
  for (const [options, code] of wrong) {
    await expect(runReport('SHIP-0001', { config, ...options }, io)).rejects.toMatchObject({ code });
  }
  await expect(runReport('SHIP-9', { config, output: `${output}.json` }, io)).rejects.toMatchObject({
    code: 'SHIPMENT_UNKNOWN',
  });
  journey.log.writer.seal(requestOf([draftWith({ subjectName: 'cargo' })]));
});
