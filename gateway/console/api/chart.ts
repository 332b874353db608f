// The temperature chart: down-sampled on the server so that no extreme is lost, with all that stands on its time line.
// Series come as columns, one entry per bucket, as chart libraries take them.

import * as z from 'zod';
import {
  count,
  durationMs,
  freeText,
  milliC,
  position,
  quantity,
  queryMs,
  severity,
  unixMs,
} from './fields.js';
import { access, json, route } from './route.js';

export const chartQuery = z.strictObject({
  /** Names of probes, separated by commas; absent: those of the shipment. */
  sensors: z.string().max(4_200).optional(),
  /** Of its probes, from its arming to its delivery, unless `sensors`, `fromMs` or `toMs` say otherwise. */
  shipment: z.string().max(64).optional(),
  fromMs: queryMs.optional(),
  toMs: queryMs.optional(),
  /** Width of the chart: there are at most so many buckets. */
  widthPx: z.coerce.number().int().min(50).max(4_000).default(800),
});

export const chartSeries = z.strictObject({
  sensorId: freeText,
  quantity,
  /** Beginning of each bucket that holds a reading; it is `bucketMs` long. In milli-units; null: no good reading in it. */
  startMs: z.array(unixMs),
  minMilli: z.array(z.int().nullable()),
  maxMilli: z.array(z.int().nullable()),
  firstMilli: z.array(z.int().nullable()),
  lastMilli: z.array(z.int().nullable()),
  /** Good readings, and those that count as none. */
  good: z.array(count),
  bad: z.array(count),
  /** The worst quality in the bucket, as a code of PROTOCOL.md section 1; 0: all good. */
  worstQuality: z.array(count),
  /** Holes longer than `gapMs` in which nothing was heard; toMs null: it goes on. */
  gaps: z.array(z.strictObject({ fromMs: unixMs, toMs: unixMs.nullable() })),
  gapMs: durationMs,
  /** Over the good readings of the window. */
  summary: z
    .strictObject({
      minMilli: z.int(),
      minAtMs: unixMs,
      maxMilli: z.int(),
      maxAtMs: unixMs,
      meanMilli: z.int(),
      count,
    })
    .nullable(),
});
export type ChartSeries = z.infer<typeof chartSeries>;

export const chartLimit = z.strictObject({
  sensorId: freeText,
  ruleId: freeText,
  severity,
  lowMilliC: milliC.nullable(),
  highMilliC: milliC.nullable(),
  delayMs: durationMs,
});
export type ChartLimit = z.infer<typeof chartLimit>;

const interval = { fromMs: unixMs, toMs: unixMs.nullable() };

export const chart = z.strictObject({
  fromMs: unixMs,
  toMs: unixMs,
  bucketMs: durationMs,
  /** Whether buckets are single readings' own: nothing is summed up. */
  isExact: z.boolean(),
  /** How far the log has been read; newer records are not in the chart yet. */
  indexedRecords: count,
  series: z.array(chartSeries),
  limits: z.array(chartLimit),
  excursions: z.array(
    z.strictObject({
      alertId: z.string(),
      sensorId: freeText,
      rule: freeText.nullable(),
      side: z.enum(['high', 'low']).nullable(),
      severity,
      ...interval,
      extremeMilliC: milliC.nullable(),
    }),
  ),
  doors: z.array(z.strictObject({ sensorId: freeText, means: z.enum(['door', 'defrost']), ...interval })),
  /** What happened to the shipment, or to all shipments where none is asked for. */
  custody: z.array(
    z.strictObject({ atMs: unixMs, shipment: freeText, event: z.string(), by: freeText.nullable() }),
  ),
  /** At most one per bucket. */
  positions: z.array(position),
  /** Starts, clock steps and losses. */
  marks: z.array(
    z.strictObject({ atMs: unixMs, kind: z.string(), type: z.string().nullable(), sequence: count }),
  ),
});
export type Chart = z.infer<typeof chart>;

export const chartRoutes = {
  chart: route({
    method: 'GET',
    path: '/api/chart',
    operation: 'readChart',
    tag: 'chart',
    summary:
      'Readings of probes over a time, with least, greatest, first and last value per bucket, and what happened meanwhile.',
    access: access.history,
    query: chartQuery,
    answer: json(chart),
  }),
};
