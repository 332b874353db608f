// What every part of the PDF is given.

import type { NumberText } from './number-text.js';
import type { PdfSheet } from './pdf-sheet.js';
import type { Report } from './report-schema.js';
import type { ShipmentReport } from './shipment-report.js';
import type { ReportWords } from './words-en.js';

export interface PageContent {
  readonly sheet: PdfSheet;
  readonly words: ReportWords;
  readonly numbers: NumberText;
  readonly report: Report;
  readonly made: ShipmentReport;
  /** SHA-256 of the report, hex. */
  readonly hash: string;
  /** SHA-256 of the evidence bundle that goes with it. */
  readonly bundleHash: string | undefined;
}

/** A hash in groups that an eye can compare. */
export const groupedHash = (hex: string): string => hex.replace(/^0x/, '').replace(/(.{8})(?=.)/g, '$1 ');
