// Headers and footers of all pages, drawn when the number of pages is known.

import { ink, sizes } from './page-style.js';
import type { PdfSheet } from './pdf-sheet.js';

export interface FrameTexts {
  /** Left and right. */
  readonly top: readonly [string, string];
  /** One below the other. */
  readonly bottom: readonly [string, string];
  readonly page: (page: number, pages: number) => string;
}

export function drawPageFrames(sheet: PdfSheet, { top, bottom, page: numberOf }: FrameTexts): void {
  const { document } = sheet;
  const { start, count } = document.bufferedPageRange();
  const small = { size: sizes.small, colour: ink.soft } as const;
  for (let page = start; page < start + count; page++) {
    document.switchToPage(page);
    const { height, margins } = document.page;
    const { bottom: margin } = margins;
    // Text below the margin would begin a page of its own.
    margins.bottom = 0;
    const line = (text: string, y: number, align: 'left' | 'right') =>
      sheet.write(text, { x: sheet.left, y, width: sheet.width }, { ...small, align }, undefined);
    line(top[0], 28, 'left');
    line(top[1], 28, 'right');
    sheet.rule(41);
    const foot = height - 36;
    sheet.rule(foot - 5);
    line(bottom[0], foot, 'left');
    line(numberOf(page - start + 1, count), foot, 'right');
    line(bottom[1], foot + 10, 'left');
    margins.bottom = margin;
  }
}
