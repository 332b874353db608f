// The report as a PDF for people: parts in the order in which a quality person asks for them, each page with its header,
// its number and the hash of the report.

import { NumberText } from './number-text.js';
import type { PageContent } from './page-content.js';
import { ink, sizes } from './page-style.js';
import { drawProbeCharts } from './pdf-charts.js';
import { openPdf, pdfBytes } from './pdf-file.js';
import { drawFront } from './pdf-front.js';
import { drawAudit, drawPeople } from './pdf-people.js';
import { drawAround, drawProof } from './pdf-proof.js';
import { drawResults } from './pdf-results.js';
import { PdfSheet } from './pdf-sheet.js';
import type { ReportLanguage } from './report-language.js';
import { reportHash, type ShipmentReport } from './shipment-report.js';
import { shownText } from './shown-text.js';
import { wordsDe } from './words-de.js';
import { type ReportWords, wordsEn } from './words-en.js';

const languages: Readonly<Record<ReportLanguage, ReportWords>> = { en: wordsEn, de: wordsDe };

/**
 * The PDF in pieces.
 * @param bundleHash SHA-256 of the evidence bundle that goes with it, hex, if there is one
 * @throws ReportError FONT_ABSENT
 */
export function reportPdf(
  made: ShipmentReport,
  language: ReportLanguage,
  bundleHash?: string,
): AsyncGenerator<Uint8Array> {
  const { report } = made;
  const words = languages[language];
  const name = shownText(report.shipment.id);
  const document = openPdf({
    title: `${words.title} ${name}`,
    subject: `coldgate ${report.gateway.address}`,
    language,
    createdAtMs: Date.parse(report.proof.checkpoint?.signedAt ?? report.period.stopAt),
  });
  const sheet = new PdfSheet(document);
  const hash = reportHash(report);
  const content: PageContent = {
    ...{ sheet, words, report, made, hash, bundleHash },
    numbers: new NumberText(words),
  };
  drawFront(content);
  drawProbeCharts(content);
  drawResults(content);
  drawPeople(content);
  drawAround(content);
  drawProof(content);
  drawAudit(content);
  drawFrames(content, name);
  return pdfBytes(document);
}

/** Headers and footers, once the number of pages is known. */
function drawFrames({ sheet, words, report, hash }: PageContent, name: string): void {
  const { document } = sheet;
  const { start, count } = document.bufferedPageRange();
  const small = { size: sizes.small, colour: ink.soft } as const;
  for (let page = start; page < start + count; page++) {
    document.switchToPage(page);
    const { height, margins } = document.page;
    // Text below the margin would begin a page of its own.
    const { bottom } = margins;
    margins.bottom = 0;
    const line = (text: string, y: number, align: 'left' | 'right') =>
      sheet.write(text, { x: sheet.left, y, width: sheet.width }, { ...small, align }, undefined);
    line(`${words.title}  ·  ${name}`, 28, 'left');
    line(
      `${shownText(report.gateway.name)}  ·  ${words.states[report.verdict.state].split(':')[0]}`,
      28,
      'right',
    );
    sheet.rule(41);
    const foot = height - 36;
    sheet.rule(foot - 5);
    line(`${words.reportHash} ${hash}`, foot, 'left');
    line(words.page(page - start + 1, count), foot, 'right');
    line(`coldgate ${report.madeBy.version}  ·  ${words.utc}`, foot + 10, 'left');
    margins.bottom = bottom;
  }
}
