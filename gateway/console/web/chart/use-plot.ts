// The plot of a chart component: made when the element is there, made anew when what is fixed in it changes, and fed
// with everything else.

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chart } from '../../api/chart.js';
import { nowMs } from '../net/live.js';
import { isDark, preferences } from '../shell/preferences.js';
import { locale } from '../words/language.js';
import { showTemperature } from '../words/shown.js';
import { degreesOf } from '../words/temperature.js';
import { backdropOf } from './backdrop.js';
import { columnsOf } from './chart-columns.js';
import { paletteOf } from './palette.js';
import { type PlotBox, TimePlot } from './time-plot.js';
import { chosen, type TimeWindow, zoomed } from './time-window.js';

interface PlotProps {
  readonly chart: Chart;
  readonly window: TimeWindow;
  readonly whole: TimeWindow;
  readonly hidden: ReadonlySet<number>;
  readonly cursorMs: number | undefined;
  readonly onWindow: (next: TimeWindow) => void;
  readonly onCursor: (atMs: number | undefined) => void;
}

const HEIGHT_PX = 340;
const PHONE_HEIGHT_PX = 260;
const PHONE_PX = 560;

export function usePlot(element: RefObject<HTMLDivElement | null>, props: PlotProps): PlotBox {
  const { chart, window, hidden, cursorMs } = props;
  const plot = useRef<TimePlot | undefined>(undefined);
  const newest = useRef(props);
  newest.current = props;
  const [box, setBox] = useState<PlotBox>({ left: 66, width: 0 });
  const { unit, zone } = preferences.value;
  const probes = chart.series.map(({ sensorId, quantity }) => `${sensorId} ${quantity}`).join();
  const fixed = [probes, unit, zone, locale.value, isDark.value].join();

  useEffect(() => {
    const host = element.current;
    if (!host) return;
    const style = { palette: paletteOf(host), locale: locale.value, zone, unit: `°${unit}` };
    const made = new TimePlot(host, newest.current.chart.series, style, {
      onCursor: (atMs) => newest.current.onCursor(atMs),
      onStretch: (aMs, bMs) => newest.current.onWindow(chosen(aMs, bMs, newest.current.whole)),
      onBox: (next) =>
        setBox((before) => (before.left === next.left && before.width === next.width ? before : next)),
      onWheel: (atMs, deltaY) => {
        const { window: shown, whole, onWindow } = newest.current;
        onWindow(zoomed(shown, deltaY > 0 ? 1.25 : 0.8, atMs, whole));
      },
    });
    plot.current = made;
    const fit = () =>
      made.resize(host.clientWidth, host.clientWidth < PHONE_PX ? PHONE_HEIGHT_PX : HEIGHT_PX);
    const watch = new ResizeObserver(fit);
    watch.observe(host);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [fixed]);

  useEffect(() => {
    const isShown = (sensorId: string) =>
      chart.series.some((series, index) => series.sensorId === sensorId && !hidden.has(index));
    const backdrop = backdropOf(chart, nowMs.peek(), isShown, (milliC) => ({
      value: degreesOf(milliC, unit),
      words: showTemperature(milliC),
    }));
    plot.current?.show(columnsOf(chart, unit), backdrop, newest.current.window);
    chart.series.forEach((_series, index) => {
      plot.current?.showSeries(index, !hidden.has(index));
    });
  }, [chart, hidden, fixed]);

  useEffect(() => plot.current?.moveTo(window), [window.fromMs, window.toMs, fixed]);
  useEffect(() => plot.current?.pointAt(cursorMs), [cursorMs, fixed]);
  return box;
}
