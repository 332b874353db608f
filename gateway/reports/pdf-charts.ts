// The charts of a report: one with all probes where their lines can be told apart, and one for each probe.

import { drawLegend, type LegendEntry } from './chart-legend.js';
import { openWindows } from './contact-windows.js';
import type { PageContent } from './page-content.js';
import { ink, probeLines, sizes } from './page-style.js';
import { type ChartBand, type ChartContent, drawChart } from './pdf-chart.js';
import { maxGapOf } from './probe-statistics.js';
import type { ProbeReport, Report } from './report-schema.js';
import { shownText } from './shown-text.js';

const MAIN_HEIGHT = 214;
const SMALL_HEIGHT = 112;

/** The chart on the first page: probes beyond the sixth have charts of their own only. */
export function drawCharts(content: PageContent): void {
  const { sheet, words, report } = content;
  const shown = report.probes.slice(0, probeLines.length);
  sheet.heading(words.chart, MAIN_HEIGHT + 20);
  const chart = chartOf(content, shown);
  drawChart(sheet, chart, MAIN_HEIGHT);
  const lines: LegendEntry[] = shown.map(({ sensor }, look) => ({ text: shownText(sensor), mark: { look } }));
  const bands = (['excursion', 'gap', 'door', 'defrost'] as const)
    .filter((kind) => chart.bands.some((band) => band.kind === kind))
    .map((kind): LegendEntry => ({ text: words.legend[kind], mark: kind }));
  drawLegend(sheet, [...lines, ...bands]);
  sheet.paragraph(words.chartNote, { size: sizes.small, colour: ink.soft }, 0);
}

/** One chart a probe, where there is more than one. */
export function drawProbeCharts(content: PageContent): void {
  const { sheet, words, report } = content;
  if (report.probes.length < 2) return;
  sheet.heading(words.probeCharts, SMALL_HEIGHT + 20);
  for (const [index, probe] of report.probes.entries()) {
    sheet.room(SMALL_HEIGHT + 16);
    const { calibration } = probe;
    const serial = calibration === undefined ? '' : `  ${words.serial} ${shownText(calibration.serial)}`;
    sheet.write(
      `${shownText(probe.sensor)}${serial}`,
      { x: sheet.left, y: sheet.y, width: sheet.width },
      { font: 'strong', size: sizes.text },
      'H3',
    );
    sheet.y += 13;
    drawChart(sheet, chartOf(content, [probe], index), SMALL_HEIGHT);
    sheet.y += 4;
  }
}

function chartOf(content: PageContent, probes: readonly ProbeReport[], firstLook = 0): ChartContent {
  const { made, report, words, numbers } = content;
  const { fold, fromMs, toMs, readings } = made;
  const span = { fromMs, toMs: Math.max(toMs, fromMs + 1) };
  const [first] = probes;
  const { profile } = report;
  return {
    alt: words.chartAlt,
    span,
    wallOf: (axisMs) => fold.axis.wallOf(axisMs),
    lines: probes.flatMap(({ sensor }, index) => {
      const columns = readings.get(sensor);
      return columns ? [{ readings: columns, look: firstLook + index }] : [];
    }),
    maxGapMs: profile?.maxGapMs ?? maxGapOf(undefined, first?.intervalMs),
    limits: limitsOf(report, (milliC) => `${words.limit} ${numbers.limit(milliC)}`),
    bands: bandsOf(content, probes),
    moments: momentsOf(content, probes),
    celsius: (milliC) => numbers.limit(milliC),
  };
}

/** Each limit once, whichever rules name it. */
function limitsOf({ profile }: Report, textOf: (milliC: number) => string): ChartContent['limits'] {
  const values = (profile?.rules ?? []).flatMap(({ highMilliC, lowMilliC }) =>
    [highMilliC, lowMilliC].filter((milliC) => milliC !== undefined),
  );
  return [...new Set(values)].map((milliC) => ({ milliC, text: textOf(milliC) }));
}

/** What is used up over all stays, or over a window, has a moment and no band. */
function isStay(rule: string, { profile }: Report): boolean {
  return profile?.rules.some((one) => one.rule === rule && one.type === 'single') ?? false;
}

/** Steps of the shipment, and when what adds up was fulfilled; by time. */
function momentsOf({ made, report }: PageContent, probes: readonly ProbeReport[]): ChartContent['moments'] {
  const { fold } = made;
  const shiftMs = fold.axis.wallOf(made.fromMs) - made.fromMs;
  const names = new Set(probes.map(({ sensor }) => sensor));
  const steps = fold.order.steps
    .filter(({ event }) => ['armed', 'departed', 'delivered'].includes(event))
    .map((step) => ({ axisMs: fold.axis.at(step), text: step.event }));
  const sums = report.excursions.flatMap(({ sensor, state, rule, triggeredAt }) =>
    triggeredAt === undefined || state === 'withdrawn' || !names.has(sensor) || isStay(rule, report)
      ? []
      : [{ axisMs: Date.parse(triggeredAt) - shiftMs, text: shownText(rule) }],
  );
  return [...steps, ...sums].sort((a, b) => a.axisMs - b.axisMs);
}

/** Excursions as they were signed; gaps where a single probe has them, for with several the others speak. */
function bandsOf({ made, report }: PageContent, probes: readonly ProbeReport[]): ChartBand[] {
  const { fold, toMs } = made;
  const names = new Set(probes.map(({ sensor }) => sensor));
  const shiftMs = fold.axis.wallOf(made.fromMs) - made.fromMs;
  const axisOf = (instant: string) => Date.parse(instant) - shiftMs;
  const excursions = report.excursions
    .filter(({ sensor, state, rule }) => names.has(sensor) && state !== 'withdrawn' && rule !== 'unknown')
    .filter(({ rule }) => isStay(rule, report))
    .flatMap(({ startedAt, endedAt }): ChartBand[] =>
      startedAt === undefined
        ? []
        : [{ kind: 'excursion', fromMs: axisOf(startedAt), toMs: endedAt ? axisOf(endedAt) : toMs }],
    );
  const [first] = probes;
  const gaps =
    probes.length === 1 && first
      ? first.gaps.shown.map(
          ({ fromAt, toAt }): ChartBand => ({ kind: 'gap', fromMs: axisOf(fromAt), toMs: axisOf(toAt) }),
        )
      : [];
  const contacts = report.contacts
    .filter((contact) => contact.probes.some((probe) => names.has(probe)))
    .flatMap(({ sensor, means }) =>
      openWindows(fold, sensor, toMs).map((window): ChartBand => ({ kind: means, ...window })),
    );
  return [...gaps, ...excursions, ...contacts];
}
