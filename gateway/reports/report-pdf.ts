// The report as a PDF for people: parts in the order in which a quality person asks for them, each page with its header,
// its number and the hash of the report.

import { NumberText } from './number-text.js';
import type { PageContent } from './page-content.js';
import { drawPageFrames } from './page-frame.js';
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
  drawPageFrames(sheet, {
    top: [
      `${words.title}  ·  ${name}`,
      `${shownText(report.gateway.name)}  ·  ${words.states[report.verdict.state].split(':')[0]}`,
    ],
    bottom: [`${words.reportHash} ${hash}`, `coldgate ${report.madeBy.version}  ·  ${words.utc}`],
    page: words.page,
  });
  return pdfBytes(document);
}
