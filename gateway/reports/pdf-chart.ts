// The chart of a report as vectors: readings with limits, excursions, gaps, doors and the steps of the shipment. What it
// shows is also in tables; here it is a figure with one sentence for those who cannot see it.

import { type ChartSpan, chartLine } from './chart-line.js';
import { tickText, timeTicks, valueTicks } from './chart-scale.js';
import { ink, probeLines, sizes } from './page-style.js';
import type { PdfSheet } from './pdf-sheet.js';
import type { ReadingColumns } from './reading-columns.js';

/** A piece of time that is drawn behind the lines, on the axis. */
export interface ChartBand extends ChartSpan {
  readonly kind: 'excursion' | 'gap' | 'door' | 'defrost';
}

export interface ChartContent {
  readonly alt: string;
  readonly span: ChartSpan;
  /** Unix ms of a place on the axis. */
  readonly wallOf: (axisMs: number) => number;
  readonly lines: readonly { readonly readings: ReadingColumns; readonly look: number }[];
  readonly maxGapMs: number;
  readonly limits: readonly { readonly milliC: number; readonly text: string }[];
  readonly bands: readonly ChartBand[];
  readonly moments: readonly { readonly axisMs: number; readonly text: string }[];
  readonly celsius: (milliC: number) => string;
}

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly xOf: (axisMs: number) => number;
  readonly yOf: (milliC: number) => number;
}

const AXIS_WIDTH = 34;
const AXIS_HEIGHT = 13;
const STRIP = 5;
/** Two for each point of the page: a printer shows no more. */
const COLUMNS_PER_POINT = 2;
const NARROWEST_BAND = 0.6;

/** Draws it at the cursor, over the whole width. */
export function drawChart(sheet: PdfSheet, content: ChartContent, height: number): void {
  sheet.room(height);
  const { document } = sheet;
  const figure = document.struct('Figure', { alt: content.alt }, [() => drawFigure(sheet, content, height)]);
  document.addStructure(figure);
  sheet.y += height + 4;
}

function drawFigure(sheet: PdfSheet, content: ChartContent, height: number): void {
  const { document } = sheet;
  const hasMoments = content.moments.length > 0;
  const values = valuesOf(content);
  const ticks = valueTicks(values.lowest, values.highest, Math.max(3, Math.round(height / 34)));
  const [bottomValue = 0, topValue = 1] = [ticks[0], ticks.at(-1)];
  const top = sheet.y + (hasMoments ? 10 : 2);
  const frame: Frame = {
    x: sheet.left + AXIS_WIDTH,
    y: top,
    width: sheet.width - AXIS_WIDTH,
    height: sheet.y + height - AXIS_HEIGHT - top,
    xOf: (axisMs) => {
      const { fromMs, toMs } = content.span;
      const share = (axisMs - fromMs) / Math.max(1, toMs - fromMs);
      return sheet.left + AXIS_WIDTH + Math.min(1, Math.max(0, share)) * (sheet.width - AXIS_WIDTH);
    },
    yOf: (milliC) =>
      top + (1 - (milliC - bottomValue) / (topValue - bottomValue)) * (sheet.y + height - AXIS_HEIGHT - top),
  };
  document.rect(frame.x, frame.y, frame.width, frame.height).fill('#fbfcfd');
  drawBands(document, frame, content.bands);
  drawScales(document, frame, content, ticks);
  for (const line of content.lines) drawLine(document, frame, content, line);
  drawLimits(document, frame, content.limits);
  document.undash().lineWidth(0.6).rect(frame.x, frame.y, frame.width, frame.height).stroke(ink.soft);
  drawMoments(document, frame, content.moments);
}

/** Of all that must be seen: readings that count, and limits. */
function valuesOf({ lines, limits }: ChartContent): { lowest: number; highest: number } {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  const see = (milliC: number) => {
    lowest = Math.min(lowest, milliC);
    highest = Math.max(highest, milliC);
  };
  for (const { milliC } of limits) see(milliC);
  for (const { readings } of lines) {
    for (let place = 0; place < readings.size; place++) {
      const { counts, milliC } = readings.at(place);
      if (counts) see(milliC);
    }
  }
  if (lowest > highest) return { lowest: 0, highest: 10_000 };
  const margin = Math.max(300, (highest - lowest) * 0.04);
  return { lowest: lowest - margin, highest: highest + margin };
}

function drawBands(document: PDFKit.PDFDocument, frame: Frame, bands: readonly ChartBand[]): void {
  for (const { kind, fromMs, toMs } of bands) {
    const x = frame.xOf(fromMs);
    const width = Math.max(NARROWEST_BAND, frame.xOf(toMs) - x);
    if (kind === 'excursion') {
      document.rect(x, frame.y, width, frame.height).fill('#fbe3d2');
      document.rect(x, frame.y, width, 2.2).fill(ink.band);
    } else if (kind === 'gap') drawHatch(document, frame, x, width);
    else {
      const row = kind === 'door' ? 1 : 2;
      const colour = kind === 'door' ? ink.door : ink.defrost;
      document.rect(x, frame.y + frame.height - row * STRIP, width, STRIP - 1).fill(colour);
    }
  }
}

/** Stripes: grey alone would be lost in print. */
function drawHatch(document: PDFKit.PDFDocument, frame: Frame, x: number, width: number): void {
  document.save().rect(x, frame.y, width, frame.height).clip();
  document.rect(x, frame.y, width, frame.height).fill('#eceff1');
  document.lineWidth(0.5).undash();
  for (let at = x - frame.height; at < x + width; at += 4) {
    document.moveTo(at, frame.y + frame.height).lineTo(at + frame.height, frame.y);
  }
  document.stroke('#b3bdc4').restore();
}

function drawScales(
  document: PDFKit.PDFDocument,
  frame: Frame,
  { span, wallOf, celsius }: ChartContent,
  values: readonly number[],
): void {
  document.font('text').fontSize(sizes.tiny).undash().lineWidth(0.35);
  const bottom = frame.y + frame.height;
  for (const milliC of values) {
    const y = frame.yOf(milliC);
    document
      .moveTo(frame.x, y)
      .lineTo(frame.x + frame.width, y)
      .stroke('#dde3e8');
    document.fillColor(ink.soft);
    document.text(celsius(milliC), frame.x - AXIS_WIDTH, y - 4.3, {
      width: AXIS_WIDTH - 4,
      align: 'right',
      lineBreak: false,
    });
  }
  const shiftMs = wallOf(span.fromMs) - span.fromMs;
  const wanted = Math.max(3, Math.round(frame.width / 52));
  for (const { ms, stepMs } of timeTicks(wallOf(span.fromMs), wallOf(span.toMs), wanted)) {
    const x = frame.xOf(ms - shiftMs);
    document.moveTo(x, frame.y).lineTo(x, bottom).stroke('#e6ebef');
    document
      .moveTo(x, bottom)
      .lineTo(x, bottom + 2.5)
      .stroke(ink.soft);
    const text = tickText(ms, stepMs);
    const half = document.widthOfString(text) / 2;
    const at = Math.min(frame.x + frame.width - 2 * half, Math.max(frame.x, x - half));
    document.fillColor(ink.soft).text(text, at, bottom + 3.5, { lineBreak: false });
  }
}

function drawLimits(document: PDFKit.PDFDocument, frame: Frame, limits: ChartContent['limits']): void {
  for (const { milliC, text } of limits) {
    const y = frame.yOf(milliC);
    document
      .moveTo(frame.x, y)
      .lineTo(frame.x + frame.width, y)
      .lineWidth(0.8)
      .dash(4, { space: 2.5 })
      .stroke(ink.excursion)
      .undash();
    document.font('strong').fontSize(sizes.tiny);
    const width = document.widthOfString(text);
    const at = frame.x + frame.width - width - 3;
    document.rect(at - 1.5, y - 9, width + 3, 8.2).fill('#ffffff');
    document.fillColor(ink.excursion).text(text, at, y - 9.4, { lineBreak: false });
  }
}

function drawLine(
  document: PDFKit.PDFDocument,
  frame: Frame,
  { span, maxGapMs }: ChartContent,
  { readings, look }: ChartContent['lines'][number],
): void {
  const { colour, dash } = probeLines[look % probeLines.length] as (typeof probeLines)[number];
  document.save().rect(frame.x, frame.y, frame.width, frame.height).clip();
  document.lineWidth(0.75).lineJoin('round').lineCap('butt');
  if (dash) document.dash(dash[0], { space: dash[1] });
  else document.undash();
  for (const piece of chartLine(readings, span, maxGapMs, Math.round(frame.width * COLUMNS_PER_POINT))) {
    const [first, ...rest] = piece;
    if (!first) continue;
    if (rest.length === 0) {
      document.circle(frame.xOf(first.axisMs), frame.yOf(first.milliC), 0.9).fill(colour);
      continue;
    }
    document.moveTo(frame.xOf(first.axisMs), frame.yOf(first.milliC));
    for (const { axisMs, milliC } of rest) document.lineTo(frame.xOf(axisMs), frame.yOf(milliC));
    document.stroke(colour);
  }
  document.restore();
}

function drawMoments(document: PDFKit.PDFDocument, frame: Frame, moments: ChartContent['moments']): void {
  document.font('text').fontSize(sizes.tiny).lineWidth(0.6);
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const { axisMs, text } of moments) {
    const x = frame.xOf(axisMs);
    document
      .moveTo(x, frame.y - 2)
      .lineTo(x, frame.y + 3)
      .undash()
      .stroke(ink.text);
    const width = document.widthOfString(text);
    const at = Math.min(frame.x + frame.width - width, Math.max(frame.x, x - width / 2));
    if (at < freeFrom + 4) continue;
    document.fillColor(ink.text).text(text, at, frame.y - 10.5, { lineBreak: false });
    freeFrom = at + width;
  }
}
