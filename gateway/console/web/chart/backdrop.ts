// What stands behind the lines of a chart: excursions, holes in which nothing was heard, limits. Excursions are tinted and
// framed, holes are hatched, limits are dashed and named: none needs its colour to be known.

import type uPlot from 'uplot';
import type { Chart } from '../../api/chart.js';
import type { Palette } from './palette.js';
import type { TimeWindow } from './time-window.js';

interface Open {
  readonly fromMs: number;
  /** null: it goes on. */
  readonly toMs: number | null;
}

/** What is drawn behind the lines now. */
export interface Backdrop {
  readonly excursions: readonly TimeWindow[];
  readonly holes: readonly TimeWindow[];
  /** In the unit that is shown. */
  readonly limits: readonly { readonly value: number; readonly words: string }[];
}

/**
 * Of the series that are shown.
 * @param nowMs what goes on has gone on until then, and not into the future
 */
export function backdropOf(
  chart: Chart,
  nowMs: number,
  isShown: (sensorId: string) => boolean,
  limitOf: (milliC: number) => { readonly value: number; readonly words: string },
): Backdrop {
  const untilNow = ({ fromMs, toMs }: Open) => ({ fromMs, toMs: toMs ?? Math.max(fromMs, nowMs) });
  const limits = new Map<number, { value: number; words: string }>();
  for (const { sensorId, lowMilliC, highMilliC } of chart.limits) {
    if (!isShown(sensorId)) continue;
    for (const milliC of [lowMilliC, highMilliC]) if (milliC !== null) limits.set(milliC, limitOf(milliC));
  }
  return {
    excursions: chart.excursions.filter(({ sensorId }) => isShown(sensorId)).map(untilNow),
    holes: chart.series
      .filter(({ sensorId }) => isShown(sensorId))
      .flatMap(({ gaps }) => gaps)
      .map(untilNow),
    limits: [...limits.values()],
  };
}

const HATCH_PX = 8;

interface Drawing {
  readonly plot: uPlot;
  readonly palette: Palette;
  /** Canvas pixels per CSS pixel. */
  readonly scale: number;
}

export function drawBackdrop(drawing: Drawing, { excursions, holes, limits }: Backdrop): void {
  const { ctx, bbox } = drawing.plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const hole of holes) hatch(drawing, hole);
  for (const excursion of excursions) tint(drawing, excursion);
  for (const limit of limits) drawLimit(drawing, limit);
  ctx.restore();
}

function edges({ plot }: Drawing, { fromMs, toMs }: TimeWindow): readonly [left: number, right: number] {
  const { left, width } = plot.bbox;
  const x = (atMs: number) => Math.min(Math.max(plot.valToPos(atMs, 'x', true), left - 2), left + width + 2);
  return [x(fromMs), x(toMs)];
}

function tint(drawing: Drawing, excursion: TimeWindow): void {
  const { plot, palette, scale } = drawing;
  const { ctx, bbox } = plot;
  const [left, right] = edges(drawing, excursion);
  if (right < bbox.left || left > bbox.left + bbox.width) return;
  ctx.fillStyle = palette.bad;
  ctx.globalAlpha = 0.12;
  ctx.fillRect(left, bbox.top, Math.max(right - left, scale), bbox.height);
  ctx.globalAlpha = 0.8;
  ctx.fillRect(left, bbox.top, scale, bbox.height);
  ctx.fillRect(right - scale, bbox.top, scale, bbox.height);
  // A bar on top, so that an excursion of a pixel's width is seen.
  ctx.fillRect(left - scale, bbox.top, Math.max(right - left, scale) + 2 * scale, 4 * scale);
  ctx.globalAlpha = 1;
}

function hatch(drawing: Drawing, hole: TimeWindow): void {
  const { plot, palette, scale } = drawing;
  const { ctx, bbox } = plot;
  const [left, right] = edges(drawing, hole);
  if (right <= left) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.strokeStyle = palette.unknown;
  ctx.globalAlpha = 0.35;
  ctx.lineWidth = scale;
  ctx.beginPath();
  for (let x = left - bbox.height; x < right; x += HATCH_PX * scale) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

function drawLimit({ plot, palette, scale }: Drawing, { value, words }: Backdrop['limits'][number]): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(value, 'y', true);
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.strokeStyle = palette.bad;
  ctx.lineWidth = 1.5 * scale;
  ctx.setLineDash([6 * scale, 4 * scale]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `600 ${11 * scale}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  const [x, width] = [bbox.left + 6 * scale, ctx.measureText(words).width];
  ctx.fillStyle = palette.surface;
  ctx.globalAlpha = 0.8;
  ctx.fillRect(x - 2 * scale, y - 15 * scale, width + 4 * scale, 13 * scale);
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.bad;
  ctx.fillText(words, x, y - 3 * scale);
}
