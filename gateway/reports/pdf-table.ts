// A table over as many pages as it needs: the header stands on each of them, no row is parted from itself.

import { ink, sizes } from './page-style.js';
import type { PdfSheet, TextLook } from './pdf-sheet.js';

export interface TableColumn {
  readonly title: string;
  /** Share of the width; the shares of a table need not add up to anything. */
  readonly share: number;
  readonly align?: 'left' | 'right';
}

export type TableCell = string | { readonly text: string; readonly look: TextLook };

const PADDING = { x: 3.5, y: 2.6 } as const;
const header: TextLook = { font: 'strong', size: sizes.small, colour: ink.soft };

const textOf = (cell: TableCell) => (typeof cell === 'string' ? cell : cell.text);
const lookOf = (cell: TableCell): TextLook => ({
  size: sizes.small,
  ...(typeof cell === 'string' ? {} : cell.look),
});

class TablePen {
  readonly #sheet: PdfSheet;
  readonly #columns: readonly (TableColumn & { readonly x: number; readonly width: number })[];
  #table: PDFKit.PDFStructureElement;

  constructor(sheet: PdfSheet, columns: readonly TableColumn[]) {
    this.#sheet = sheet;
    const shares = columns.reduce((sum, { share }) => sum + share, 0);
    let x = sheet.left;
    this.#columns = columns.map((column) => {
      const width = (sheet.width * column.share) / shares;
      const placed = { ...column, x, width };
      x += width;
      return placed;
    });
    this.#table = this.#begin();
  }

  head(): void {
    const cells = this.#columns.map(({ title }) => ({ text: title, look: header }));
    const height = this.#height(cells);
    this.#cells(cells, 'TH');
    this.#sheet.y += height;
    this.#sheet.rule(this.#sheet.y, ink.soft, 0.7);
  }

  row(cells: readonly TableCell[], isShaded: boolean): void {
    const height = this.#height(cells);
    if (this.#sheet.room(height)) this.head();
    const { document, left, width, y } = this.#sheet;
    if (isShaded) this.#sheet.decorate(() => document.rect(left, y, width, height).fill(ink.shade));
    this.#cells(cells, 'TD');
    this.#sheet.y += height;
  }

  end(): void {
    this.#table.end();
    this.#sheet.rule(this.#sheet.y);
    this.#sheet.y += 6;
  }

  firstRowHeight(cells: readonly TableCell[] | undefined): number {
    return 16 + (cells ? this.#height(cells) : 0);
  }

  #begin(): PDFKit.PDFStructureElement {
    const table = this.#sheet.document.struct('Table');
    this.#sheet.document.addStructure(table);
    return table;
  }

  #height(cells: readonly TableCell[]): number {
    const heights = cells.map((cell, index) => {
      const width = (this.#columns[index]?.width ?? 0) - 2 * PADDING.x;
      return this.#sheet.heightOf(textOf(cell), width, lookOf(cell));
    });
    return Math.max(...heights) + 2 * PADDING.y;
  }

  #cells(cells: readonly TableCell[], tag: 'TH' | 'TD'): void {
    const { document } = this.#sheet;
    const row = document.struct('TR');
    this.#table.add(row);
    for (const [index, cell] of cells.entries()) {
      const column = this.#columns[index];
      if (!column) continue;
      const { x, width, align = 'left' } = column;
      const look = lookOf(cell);
      const draw = () => {
        document
          .font(look.font ?? 'text')
          .fontSize(look.size ?? sizes.small)
          .fillColor(look.colour ?? ink.text)
          .text(textOf(cell), x + PADDING.x, this.#sheet.y + PADDING.y, {
            width: width - 2 * PADDING.x,
            align,
            lineGap: 1.2,
          });
      };
      row.add(document.struct(tag, {}, [draw]));
    }
    row.end();
  }
}

/** Draws the table at the cursor. */
export function drawTable(
  sheet: PdfSheet,
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
): void {
  const pen = new TablePen(sheet, columns);
  sheet.room(pen.firstRowHeight(rows[0]));
  pen.head();
  for (const [index, row] of rows.entries()) pen.row(row, index % 2 === 1);
  pen.end();
}
