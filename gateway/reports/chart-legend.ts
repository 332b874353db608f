// The key under a chart: what lines and bands stand for.

import { ink, probeLines, sizes } from './page-style.js';
import type { ChartBand } from './pdf-chart.js';
import type { PdfSheet } from './pdf-sheet.js';

export interface LegendEntry {
  readonly text: string;
  readonly mark: ChartBand['kind'] | { readonly look: number };
}

const MARK_WIDTH = 14;
const ROW_HEIGHT = 11;

/** In rows, as many as they need. */
export function drawLegend(sheet: PdfSheet, entries: readonly LegendEntry[]): void {
  const { document } = sheet;
  const look = { size: sizes.small, colour: ink.soft };
  let x = sheet.left;
  for (const { text, mark } of entries) {
    const width = MARK_WIDTH + 4 + sheet.widthOf(text, look) + 12;
    if (x + width > sheet.left + sheet.width && x > sheet.left) {
      x = sheet.left;
      sheet.y += ROW_HEIGHT;
    }
    sheet.decorate(() => drawMark(document, mark, x, sheet.y + 5));
    sheet.write(text, { x: x + MARK_WIDTH + 4, y: sheet.y, width: width - MARK_WIDTH }, look);
    x += width;
  }
  sheet.y += ROW_HEIGHT + 3;
}

function drawMark(document: PDFKit.PDFDocument, mark: LegendEntry['mark'], x: number, y: number): void {
  if (typeof mark === 'object') {
    const { colour, dash } = probeLines[mark.look % probeLines.length] as (typeof probeLines)[number];
    if (dash) document.dash(dash[0], { space: dash[1] });
    document
      .moveTo(x, y)
      .lineTo(x + MARK_WIDTH, y)
      .lineWidth(1.2)
      .stroke(colour)
      .undash();
  } else if (mark === 'excursion') {
    document.rect(x, y - 3.5, MARK_WIDTH, 7).fill('#fbe3d2');
    document.rect(x, y - 3.5, MARK_WIDTH, 1.6).fill(ink.band);
  } else if (mark === 'gap') {
    document.rect(x, y - 3.5, MARK_WIDTH, 7).fill('#eceff1');
    for (let at = 1; at < MARK_WIDTH - 3; at += 4) {
      document
        .moveTo(x + at, y + 3.5)
        .lineTo(x + at + 4, y - 3.5)
        .lineWidth(0.5)
        .stroke('#8d99a1');
    }
  } else document.rect(x, y - 2, MARK_WIDTH, 4).fill(mark === 'door' ? ink.door : ink.defrost);
}
