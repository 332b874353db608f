// What happens beside the temperatures, as lanes under the chart: doors, defrosting, custody, positions, and what the
// gateway itself went through. Pure: moments in, places along the axis out.

import type { Chart } from '../../api/chart.js';
import type { TimeWindow } from './time-window.js';

export interface LaneItem {
  readonly key: string;
  readonly fromMs: number;
  /** As `fromMs` for what is a moment. */
  readonly toMs: number;
  readonly words: string;
}

export interface Lane {
  readonly name: 'door' | 'defrost' | 'custody' | 'position' | 'mark';
  readonly items: readonly LaneItem[];
}

/** The words of what stands in lanes, in the reader's language. */
export interface LaneWords {
  readonly custody: (event: string, by: string | null) => string;
  readonly mark: (kind: string, type: string | null) => string;
  readonly position: (latitudeDegE7: number, longitudeDegE7: number) => string;
}

/** Lanes that hold something, in their order. */
export function lanesOf(chart: Chart, words: LaneWords): Lane[] {
  const stretches = (means: 'door' | 'defrost') =>
    chart.doors
      .filter((door) => door.means === means)
      .map(({ sensorId, fromMs, toMs }) => ({
        key: `${sensorId} ${fromMs}`,
        fromMs,
        toMs: toMs ?? chart.toMs,
        words: sensorId,
      }));
  const lanes: Lane[] = [
    { name: 'door', items: stretches('door') },
    { name: 'defrost', items: stretches('defrost') },
    {
      name: 'custody',
      items: chart.custody.map(({ atMs, shipment, event, by }) => ({
        key: `${shipment} ${event} ${atMs}`,
        ...{ fromMs: atMs, toMs: atMs, words: words.custody(event, by) },
      })),
    },
    {
      name: 'position',
      items: chart.positions.map(({ atMs, latitudeDegE7, longitudeDegE7 }) => ({
        key: `${atMs}`,
        ...{ fromMs: atMs, toMs: atMs, words: words.position(latitudeDegE7, longitudeDegE7) },
      })),
    },
    {
      name: 'mark',
      items: chart.marks.map(({ atMs, kind, type, sequence }) => ({
        key: `${sequence}`,
        ...{ fromMs: atMs, toMs: atMs, words: words.mark(kind, type) },
      })),
    },
  ];
  return lanes.filter(({ items }) => items.length > 0);
}

export interface Placed {
  readonly key: string;
  /** Shares of the width. */
  readonly left: number;
  readonly width: number;
  readonly words: string;
}

/** The items that reach into the window, cut at its edges. */
export function placed(items: readonly LaneItem[], { fromMs, toMs }: TimeWindow): Placed[] {
  const span = Math.max(1, toMs - fromMs);
  return items
    .filter((item) => item.toMs >= fromMs && item.fromMs <= toMs)
    .map(({ key, words, ...item }) => {
      const left = Math.max(0, (item.fromMs - fromMs) / span);
      return { key, words, left, width: Math.min(1, (item.toMs - fromMs) / span) - left };
    });
}

export interface Happening {
  readonly key: string;
  readonly name: Lane['name'] | 'excursion' | 'gap';
  readonly fromMs: number;
  /** null: it goes on. As `fromMs` for what is a moment. */
  readonly toMs: number | null;
  readonly words: string;
}

/** Everything that reaches into the window but positions, of which there may be thousands; the oldest first. */
export function happeningsOf(chart: Chart, words: LaneWords, window: TimeWindow): Happening[] {
  const excursions = chart.excursions.map(({ alertId, sensorId, rule, fromMs, toMs }) => ({
    key: `excursion ${alertId}`,
    name: 'excursion' as const,
    ...{ fromMs, toMs, words: rule === null ? sensorId : `${sensorId}, ${rule}` },
  }));
  const holes = chart.series.flatMap(({ sensorId, gaps }) =>
    gaps.map(({ fromMs, toMs }) => ({
      key: `gap ${sensorId} ${fromMs}`,
      name: 'gap' as const,
      ...{ fromMs, toMs, words: sensorId },
    })),
  );
  const others = lanesOf(chart, words)
    .filter(({ name }) => name !== 'position')
    .flatMap(({ name, items }) =>
      items.map(({ key, fromMs, toMs, words: said }) => ({
        key: `${name} ${key}`,
        ...{ name, fromMs, toMs, words: said },
      })),
    );
  return [...excursions, ...holes, ...others]
    .filter(({ fromMs, toMs }) => fromMs <= window.toMs && (toMs ?? window.toMs) >= window.fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
}
