// The page that is written on: a cursor that moves down, new pages when there is no room, headings, lines and pairs of a
// label and a value. Everything that is read has a tag, everything else is marked as decoration.

import { ink, sizes } from './page-style.js';
import type { FontName } from './pdf-file.js';

export interface TextLook {
  readonly font?: FontName;
  readonly size?: number;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Between the lines of a paragraph. */
const LINE_GAP = 1.2;

export class PdfSheet {
  readonly document: PDFKit.PDFDocument;
  /** Where the next thing goes. */
  y = 0;

  constructor(document: PDFKit.PDFDocument) {
    this.document = document;
  }

  get left(): number {
    return this.document.page.margins.left;
  }

  get width(): number {
    const { width, margins } = this.document.page;
    return width - margins.left - margins.right;
  }

  get bottom(): number {
    const { height, margins } = this.document.page;
    return height - margins.bottom;
  }

  newPage(): void {
    this.document.addPage();
    this.y = this.document.page.margins.top;
  }

  /** A new page unless so much room is left. @returns whether there is a new one */
  room(height: number): boolean {
    if (this.y + height <= this.bottom) return false;
    this.newPage();
    return true;
  }

  heightOf(text: string, width: number, look: TextLook = {}): number {
    this.#look(look);
    return this.document.heightOfString(text, { width, lineGap: LINE_GAP });
  }

  widthOf(text: string, look: TextLook = {}): number {
    this.#look(look);
    return this.document.widthOfString(text);
  }

  /** Text in a box; wraps, and does not move the cursor. @param tag of its structure; undefined: decoration */
  write(text: string, { x, y, width }: Box, look: TextLook = {}, tag: string | undefined = 'P'): void {
    const draw = () => {
      this.#look(look);
      this.document.fillColor(look.colour ?? ink.text);
      this.document.text(text, x, y, { width, align: look.align ?? 'left', lineGap: LINE_GAP });
    };
    if (tag === undefined) this.decorate(draw);
    else this.document.addStructure(this.document.struct(tag, {}, [draw]));
  }

  /** Draws what a screen reader passes over. */
  decorate(draw: () => void): void {
    this.document.markContent('Artifact', { type: 'Layout' });
    draw();
    this.document.endMarkedContent();
  }

  /** A paragraph over the whole width. */
  paragraph(text: string, look: TextLook = {}, gapAfter = 5): void {
    const full = { size: sizes.text, ...look };
    const height = this.heightOf(text, this.width, full);
    this.room(height);
    this.write(text, { x: this.left, y: this.y, width: this.width }, full);
    this.y += height + gapAfter;
  }

  /** @param following room that the heading must not be parted from */
  heading(text: string, following = 60): void {
    const look: TextLook = { font: 'strong', size: sizes.heading, colour: ink.accent };
    this.y += 9;
    if (this.room(24 + following)) this.y += 2;
    this.write(text, { x: this.left, y: this.y, width: this.width }, look, 'H2');
    this.y += 17;
    this.rule(this.y, ink.accent, 0.8);
    this.y += 5;
  }

  rule(y: number, colour: string = ink.line, thickness = 0.5): void {
    const { document, left, width } = this;
    this.decorate(() => {
      document
        .moveTo(left, y)
        .lineTo(left + width, y)
        .lineWidth(thickness)
        .undash()
        .stroke(colour);
    });
  }

  /** Labels with their values in columns. */
  pairs(entries: readonly (readonly [label: string, value: string])[], columns = 2): void {
    const gap = 14;
    const width = (this.width - gap * (columns - 1)) / columns;
    const labelWidth = Math.min(86, width * 0.36);
    const look: TextLook = { size: sizes.text };
    for (let at = 0; at < entries.length; at += columns) {
      const row = entries.slice(at, at + columns);
      const heights = row.map(([, value]) => this.heightOf(value, width - labelWidth, look));
      const height = Math.max(...heights);
      this.room(height + 3);
      for (const [column, [label, value]] of row.entries()) {
        const x = this.left + column * (width + gap);
        this.write(label, { x, y: this.y, width: labelWidth - 4 }, { size: sizes.text, colour: ink.soft });
        this.write(value, { x: x + labelWidth, y: this.y, width: width - labelWidth }, look);
      }
      this.y += height + 3;
    }
  }

  #look({ font = 'text', size = sizes.text }: TextLook): void {
    this.document.font(font).fontSize(size);
  }
}
