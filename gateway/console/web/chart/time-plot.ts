// One uPlot on a page: made anew when theme, language or probes change, fed when data come, moved when the window moves.
// Tells where the cursor is and which stretch somebody has dragged over.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Chart } from '../../api/chart.js';
import { type Backdrop, drawBackdrop } from './backdrop.js';
import type { Columns } from './chart-columns.js';
import { type PlotStyle, plotIndices, plotOptions } from './plot-options.js';
import type { TimeWindow } from './time-window.js';

export interface PlotBox {
  /** Of the plotting area within the element, CSS pixels. */
  readonly left: number;
  readonly width: number;
}

interface Told {
  /** undefined: it has left the plot. */
  readonly onCursor: (atMs: number | undefined) => void;
  readonly onStretch: (aMs: number, bMs: number) => void;
  readonly onBox: (box: PlotBox) => void;
  readonly onWheel: (atMs: number, deltaY: number) => void;
}

const MIN_DRAG_PX = 6;

export class TimePlot {
  readonly #plot: uPlot;
  readonly #told: Told;
  #backdrop: Backdrop = { excursions: [], holes: [], limits: [] };
  /** A cursor that was set from outside is no news. */
  #isByMouse = false;

  constructor(element: HTMLElement, series: Chart['series'], style: Omit<PlotStyle, 'limits'>, told: Told) {
    this.#told = told;
    const limits = () => this.#backdrop.limits.map(({ value }) => value);
    const options = plotOptions(series, { ...style, limits });
    const hooks: uPlot.Hooks.Arrays = {
      drawAxes: [
        (plot) => drawBackdrop({ plot, palette: style.palette, scale: devicePixelRatio }, this.#backdrop),
      ],
      draw: [(plot) => this.#tellBox(plot)],
      setCursor: [(plot) => this.#tellCursor(plot)],
      setSelect: [(plot) => this.#tellStretch(plot)],
    };
    const empty = [[], ...series.flatMap(() => [[], []])] as unknown as uPlot.AlignedData;
    this.#plot = new uPlot({ ...options, hooks }, empty, element);
    this.#followTouch(this.#plot.over);
    this.#plot.over.addEventListener('wheel', (event) => this.#zoomByWheel(event), { passive: false });
  }

  show({ xs, ranges }: Columns, backdrop: Backdrop, window: TimeWindow): void {
    this.#backdrop = backdrop;
    const columns = ranges.flatMap(({ least, greatest }) => [greatest, least]);
    this.#plot.batch(() => {
      this.#plot.setData([xs, ...columns] as uPlot.AlignedData, false);
      this.moveTo(window);
    });
  }

  moveTo({ fromMs, toMs }: TimeWindow): void {
    this.#plot.setScale('x', { min: fromMs, max: toMs });
  }

  showSeries(index: number, isShown: boolean): void {
    for (const column of plotIndices(index)) this.#plot.setSeries(column, { show: isShown });
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width, height });
  }

  /** Puts the cursor on a moment without telling of it. */
  pointAt(atMs: number | undefined): void {
    const left = atMs === undefined ? -10 : this.#plot.valToPos(atMs, 'x');
    this.#plot.setCursor({ left, top: atMs === undefined ? -10 : this.#plot.over.clientHeight / 2 });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #tellCursor({ cursor, posToVal, over }: uPlot): void {
    const { left = -1 } = cursor;
    const isGone = left < 0;
    // The plot also tells of its cursor when a program puts it somewhere, or a scale moves under it: that is nobody's wish.
    if (isGone ? !this.#isByMouse : !over.matches(':hover')) return;
    this.#isByMouse = !isGone;
    this.#told.onCursor(isGone ? undefined : posToVal(left, 'x'));
  }

  #tellStretch({ select, posToVal }: uPlot): void {
    if (select.width < MIN_DRAG_PX) return;
    const [from, to] = [posToVal(select.left, 'x'), posToVal(select.left + select.width, 'x')];
    this.#plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#told.onStretch(from, to);
  }

  #tellBox({ bbox }: uPlot): void {
    this.#told.onBox({ left: bbox.left / devicePixelRatio, width: bbox.width / devicePixelRatio });
  }

  /** Only with the control key, as everywhere: a wheel alone scrolls the page. */
  #zoomByWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#told.onWheel(this.#plot.posToVal(event.offsetX, 'x'), event.deltaY);
  }

  /** A finger moves the cursor along; the page still scrolls up and down. */
  #followTouch(over: HTMLElement): void {
    const point = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return;
      const left = event.clientX - over.getBoundingClientRect().left;
      this.#plot.setCursor({ left, top: 10 });
      this.#told.onCursor(this.#plot.posToVal(left, 'x'));
    };
    over.addEventListener('pointerdown', point);
    over.addEventListener('pointermove', point);
  }
}
