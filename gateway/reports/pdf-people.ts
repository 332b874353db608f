// Who did what, and what their signatures mean: custody, reviews, and an extract of the audit trail.

import { groupedHash, type PageContent } from './page-content.js';
import { ink, sizes } from './page-style.js';
import { drawTable, type TableCell } from './pdf-table.js';
import type { Report } from './report-schema.js';
import { shownText } from './shown-text.js';

/** Pages that a person reads; the pack and `coldgate audit` have all. */
const MAX_AUDIT_ROWS = 80;
const MAX_DETAIL = 180;
const longHash = /[0-9a-f]{32,}/g;
const SHOWN_HASH = 8;

type Actor = Report['custody'][number]['by'];

export function drawPeople(content: PageContent): void {
  drawCustody(content);
  drawReviews(content);
}

function personText(by: Actor): string {
  if (!by) return '–';
  const { name, printedName, role } = by;
  const shown = printedName === undefined || printedName === name ? name : `${printedName} (${name})`;
  return role === undefined ? shownText(shown) : `${shownText(shown)}\n${shownText(role)}`;
}

/** What was signed, when, by which key, and whether it holds. */
function signatureCell(by: Actor, meaning: string | undefined, { words, numbers }: PageContent): TableCell {
  const signature = by?.signature;
  if (!signature) return '–';
  const { state, signedAt, signer, reason, kind } = signature;
  const lines = [
    `${words.signatureStates[state]}, ${numbers.moment(signedAt)}`,
    `${words.meaning}: ${meaning === undefined ? shownText(kind) : meaningText(meaning, words)}`,
    signer,
    ...(state === 'invalid' && reason !== undefined ? [shownText(reason)] : []),
  ];
  const colour = state === 'valid' ? ink.text : ink.excursion;
  return { text: lines.join('\n'), look: { colour } };
}

function meaningText(meaning: string, { meanings }: PageContent['words']): string {
  const told = meanings[meaning];
  return told === undefined ? shownText(meaning) : `${meaning}: ${told}`;
}

function drawCustody(content: PageContent): void {
  const { sheet, words, numbers, report } = content;
  if (report.custody.length === 0) return;
  sheet.heading(words.custody);
  drawTable(
    sheet,
    [
      { title: words.time, share: 15 },
      { title: words.step, share: 14 },
      { title: words.person, share: 19 },
      { title: words.signature, share: 35 },
      { title: words.reason, share: 19 },
    ],
    report.custody.map(({ at, event, by, reason, sequence }) => {
      const meaning = event === 'released' ? 'release' : event === 'rejected' ? 'reject' : undefined;
      return [
        `${numbers.momentLines(at)}  #${sequence}`,
        { text: shownText(event), look: { font: 'strong' } },
        personText(by),
        signatureCell(by, meaning, content),
        reason === undefined ? '–' : shownText(reason),
      ];
    }),
  );
}

function drawReviews(content: PageContent): void {
  const { sheet, words, numbers, report } = content;
  sheet.heading(words.reviews);
  if (report.reminders > 0) sheet.paragraph(words.reminders(report.reminders));
  if (report.reviews.length === 0) {
    sheet.paragraph(words.noReviews);
    return;
  }
  drawTable(
    sheet,
    [
      { title: words.time, share: 15 },
      { title: words.action, share: 17 },
      { title: words.person, share: 17 },
      { title: words.signature, share: 34 },
      { title: words.reason, share: 19 },
    ],
    report.reviews.map(({ at, action, alert, by, result, meaning, boundTo, why, sequence }) => [
      `${numbers.momentLines(at)}  #${sequence}`,
      {
        text: [action, ...(result === undefined ? [] : [`${words.result}: ${result}`]), alert]
          .map(shownText)
          .join('\n'),
        look: { font: 'strong' },
      },
      personText(by),
      withEvidence(signatureCell(by, meaning, content), boundTo, words.evidence),
      why === undefined ? '–' : shownText(why),
    ]),
  );
}

function withEvidence(cell: TableCell, boundTo: string | undefined, label: string): TableCell {
  if (typeof cell === 'string' || boundTo === undefined) return cell;
  return { ...cell, text: `${cell.text}\n${label} ${groupedHash(boundTo.slice(0, 32))}…` };
}

/** The last part of the report but the proof. */
export function drawAudit({ sheet, words, numbers, report }: PageContent): void {
  const { entries, shown, missingDetails } = report.audit;
  sheet.heading(words.audit);
  const rows = shown.slice(-MAX_AUDIT_ROWS);
  sheet.paragraph(words.auditNote(numbers.count(rows.length), numbers.count(entries)), {
    size: sizes.small,
    colour: ink.soft,
  });
  if (missingDetails > 0) sheet.paragraph(words.missingDetails(missingDetails));
  if (rows.length === 0) return;
  drawTable(
    sheet,
    [
      { title: words.time, share: 14 },
      { title: words.sequence, share: 8, align: 'right' },
      { title: words.what, share: 21 },
      { title: words.person, share: 16 },
      { title: '', share: 41 },
    ],
    rows.map(({ observedAt, recordedAt, sequence, kind, type, subject, by, detail }) => [
      recordedAt === undefined
        ? numbers.momentLines(observedAt)
        : `${numbers.momentLines(observedAt)}\n(${numbers.momentLines(recordedAt)})`,
      String(sequence),
      [type === undefined || type === kind ? kind : type, subject ?? ''].map(shownText).join('\n').trim(),
      by ? `${shownText(by.printedName ?? by.name)}${by.isSigned ? `\n${words.signature}` : ''}` : '–',
      { text: detailText(detail), look: { size: sizes.tiny, colour: ink.soft } },
    ]),
  );
}

function detailText(detail: string | undefined): string {
  if (detail === undefined) return '';
  // Nobody compares a hash in an extract; the JSON has all of it.
  const plain = detail.replace(longHash, (hash) => `${hash.slice(0, SHOWN_HASH)}…`);
  const text = shownText(plain.slice(0, MAX_DETAIL));
  return plain.length > MAX_DETAIL ? `${text}…` : text;
}
