// A qualification on paper: installation and operation, check by check, with room for the signatures of those who ran,
// reviewed and approved it.

import { NumberText } from '../number-text.js';
import { groupedHash } from '../page-content.js';
import { drawPageFrames } from '../page-frame.js';
import { ink, sizes } from '../page-style.js';
import { openPdf, pdfBytes } from '../pdf-file.js';
import { PdfSheet } from '../pdf-sheet.js';
import { drawTable, type TableCell } from '../pdf-table.js';
import { shownText } from '../shown-text.js';
import type { CheckOutcome, CheckPart } from './check.js';
import { type Qualification, qualificationHash } from './qualification.js';

const SIGNATURE_HEIGHT = 44;

const titles: Readonly<Record<CheckPart, string>> = {
  installation: 'Installation qualification (IQ)',
  operation: 'Operational qualification (OQ)',
};
const outcomes: Readonly<Record<CheckOutcome, TableCell>> = {
  pass: { text: 'PASS', look: { font: 'strong', colour: ink.ok } },
  fail: { text: 'FAIL', look: { font: 'strong', colour: ink.excursion } },
  'not-applicable': { text: 'not applicable', look: { colour: ink.soft } },
};

/**
 * The PDF in pieces.
 * @throws ReportError FONT_ABSENT
 */
export function qualificationPdf(qualification: Qualification): AsyncGenerator<Uint8Array> {
  const { gateway, checks, passed, executedBy, startedAt, endedAt, machine, program } = qualification;
  const name = shownText(gateway.name);
  const document = openPdf({
    title: `Qualification of ${name}`,
    subject: 'Installation and operational qualification',
    language: 'en',
    createdAtMs: Date.parse(endedAt),
  });
  const sheet = new PdfSheet(document);
  const numbers = new NumberText({ decimal: '.' });
  sheet.newPage();
  const title = { font: 'strong', size: sizes.title } as const;
  sheet.write('Qualification report', { x: sheet.left, y: sheet.y, width: sheet.width }, title, 'H1');
  sheet.y += 30;
  const failures = checks.filter(({ outcome }) => outcome === 'fail').length;
  const verdict = passed
    ? 'PASSED: no check failed'
    : `NOT PASSED: ${failures} of ${checks.length} checks failed`;
  sheet.paragraph(verdict, { font: 'strong', size: 13, colour: passed ? ink.ok : ink.excursion }, 8);
  sheet.pairs([
    ['Gateway', name],
    ['Started', `${numbers.moment(startedAt)} UTC`],
    ['Gateway key', gateway.address?.slice(0, 22).concat('…') ?? 'no journal yet'],
    ['Ended', `${numbers.moment(endedAt)} UTC`],
    ['Machine', shownText(machine)],
    ['Run by', shownText([executedBy.name, `user ${executedBy.user}`].filter(Boolean).join(', '))],
    ['Program', program],
    ['Checks', `${checks.length}, of which ${failures} failed`],
  ]);
  for (const part of ['installation', 'operation'] as const) {
    sheet.heading(titles[part]);
    drawTable(
      sheet,
      [
        { title: 'No.', share: 8 },
        { title: 'Check', share: 20 },
        { title: 'Expected', share: 26 },
        { title: 'Found', share: 36 },
        { title: 'Outcome', share: 12 },
      ],
      checks
        .filter((check) => check.part === part)
        .map(({ id, title: what, expected, found, outcome }): TableCell[] => [
          id,
          { text: shownText(what), look: { font: 'strong' } },
          ...[shownText(expected), shownText(found)],
          outcomes[outcome],
        ]),
    );
  }
  drawSignatures(sheet, qualification);
  drawPageFrames(sheet, {
    top: [`Qualification report  ·  ${name}`, passed ? 'PASSED' : 'NOT PASSED'],
    bottom: [`SHA-256 ${qualificationHash(qualification)}`, `${program}  ·  All times are UTC.`],
    page: (page, pages) => `Page ${page} of ${pages}`,
  });
  return pdfBytes(document);
}

function drawSignatures(sheet: PdfSheet, qualification: Qualification): void {
  sheet.heading('Signatures', 3 * SIGNATURE_HEIGHT);
  sheet.paragraph(`For the qualification with SHA-256 ${groupedHash(qualificationHash(qualification))}`, {
    size: sizes.small,
    colour: ink.soft,
  });
  for (const meaning of ['Executed by', 'Reviewed by', 'Approved by']) {
    sheet.room(SIGNATURE_HEIGHT);
    const column = sheet.width / 3;
    const line = sheet.y + SIGNATURE_HEIGHT - 16;
    for (const [index, label] of [`${meaning} (printed name)`, 'Signature', 'Date and time, UTC'].entries()) {
      const x = sheet.left + index * column;
      sheet.decorate(() => {
        sheet.document
          .moveTo(x, line)
          .lineTo(x + column - 12, line)
          .lineWidth(0.6)
          .undash()
          .stroke(ink.soft);
      });
      sheet.write(label, { x, y: line + 2, width: column - 12 }, { size: sizes.tiny, colour: ink.soft });
    }
    sheet.y += SIGNATURE_HEIGHT;
  }
}
