// What the rules found, excursion by excursion; gaps, certificates, doors and budgets.

import type { PageContent } from './page-content.js';
import { ink, sizes } from './page-style.js';
import { drawTable, type TableCell } from './pdf-table.js';
import type { ProbeReport, Report } from './report-schema.js';
import { shownText } from './shown-text.js';

/** Rows of a table that people read; the JSON has all. */
const MAX_EXCURSIONS = 60;
const MAX_GAPS = 40;

type Rule = ProbeReport['rules'][number];

export function drawResults(content: PageContent): void {
  drawRules(content);
  drawExcursions(content);
  drawGaps(content);
  drawCertificates(content);
  drawContacts(content);
  drawBudgets(content);
}

function limitText(
  { side, highMilliC, lowMilliC, inclusive }: Rule,
  { words, numbers }: PageContent,
): string {
  const high =
    highMilliC === undefined || side === 'low'
      ? []
      : [`${inclusive ? words.atOrAbove : words.above} ${numbers.limit(highMilliC)}`];
  const low =
    lowMilliC === undefined || side === 'high'
      ? []
      : [`${inclusive ? words.atOrBelow : words.below} ${numbers.limit(lowMilliC)}`];
  return [...high, ...low].join('\n');
}

function drawRules(content: PageContent): void {
  const { sheet, words, report } = content;
  sheet.heading(words.rules);
  drawTable(
    sheet,
    [
      { title: words.probe, share: 14 },
      { title: words.rule, share: 14 },
      { title: words.limit, share: 15 },
      { title: words.type, share: 10 },
      { title: words.delay, share: 9, align: 'right' },
      { title: words.count, share: 8, align: 'right' },
      { title: words.longest, share: 11, align: 'right' },
      { title: words.cumulative, share: 11, align: 'right' },
      { title: words.firstTriggered, share: 14, align: 'right' },
    ],
    report.probes.flatMap((probe) => probe.rules.flatMap((rule) => ruleRows(probe, rule, content))),
  );
  for (const { sensor, windowMkt } of report.probes) {
    const { mkt } = report.profile ?? {};
    if (!windowMkt || !mkt) continue;
    const { numbers } = content;
    const told =
      windowMkt.mktMicroC === undefined ? words.windowRefused : numbers.celsius(windowMkt.mktMicroC / 1000);
    const what = words.windowMkt(numbers.duration(mkt.windowMs), numbers.limit(mkt.limitMilliC));
    sheet.paragraph(`${shownText(sensor)}: ${what}: ${told}`, {}, 2);
  }
  sheet.paragraph(words.rulesNote, { size: sizes.small, colour: ink.soft });
}

function ruleRows({ sensor }: ProbeReport, rule: Rule, content: PageContent): TableCell[][] {
  const { words, numbers } = content;
  const { signed, recomputed, differences } = rule;
  const grave = signed.count > 0 ? ({ font: 'strong', colour: ink.excursion } as const) : {};
  const time = (ms: number) => (ms === 0 ? '0' : numbers.duration(ms));
  const numbersOf = (tally: Rule['signed'], outsideMs: number): TableCell[] => [
    { text: String(tally.count), look: grave },
    time(tally.longestMs),
    time(outsideMs),
    tally.firstTriggeredAt === undefined ? '–' : numbers.momentLines(tally.firstTriggeredAt),
  ];
  const outsideMs = recomputed.outsideMs ?? 0;
  const first = [
    ...[shownText(sensor), shownText(rule.rule), limitText(rule, content), words.types[rule.type]],
    numbers.duration(rule.delayMs),
    ...numbersOf(signed, signed.outsideMs ?? outsideMs),
  ];
  if (differences.length === 0) return [first];
  const look = { font: 'strong', colour: ink.unknown } as const;
  const second = [
    { text: words.differs, look },
    { text: words.recomputedIs, look },
    ...['', '', ''],
    ...numbersOf(recomputed, outsideMs),
  ];
  return [first, second];
}

function drawExcursions(content: PageContent): void {
  const { sheet, words, report } = content;
  sheet.heading(words.excursions);
  const { excursions } = report;
  if (excursions.length === 0) {
    sheet.paragraph(words.noExcursions);
    return;
  }
  drawTable(
    sheet,
    [
      { title: words.probe, share: 13 },
      { title: `${words.rule}, ${words.severity}`, share: 15 },
      { title: words.from, share: 14 },
      { title: words.triggered, share: 14 },
      { title: words.to, share: 14 },
      { title: words.outside, share: 10, align: 'right' },
      { title: words.extreme, share: 9, align: 'right' },
      { title: words.beside, share: 16 },
    ],
    excursions.slice(0, MAX_EXCURSIONS).map((excursion) => excursionRow(excursion, content)),
  );
  const hidden = excursions.length - MAX_EXCURSIONS;
  if (hidden > 0) sheet.paragraph(words.more(hidden));
}

function excursionRow(excursion: Report['excursions'][number], { words, numbers }: PageContent): TableCell[] {
  const { state, startedAt, triggeredAt, endedAt, outsideMs, extremeMilliC, mktMicroC, severity } = excursion;
  const moment = (instant: string | undefined) =>
    instant === undefined ? '–' : numbers.momentLines(instant);
  const rule = excursion.rule === 'unknown' ? words.unknownRule : shownText(excursion.rule);
  const extremeMilli = extremeMilliC ?? (mktMicroC === undefined ? undefined : mktMicroC / 1000);
  const notes = [
    ...(state === 'withdrawn' ? [words.withdrawn] : []),
    ...(excursion.wasCorrected ? [words.corrected] : []),
    ...(excursion.isBeyondUncertainty === false ? [words.withinUncertainty] : []),
    ...(excursion.doorOpenMs > 0 ? [`${words.doorOpen} ${numbers.duration(excursion.doorOpenMs)}`] : []),
    ...(excursion.defrostMs > 0 ? [`${words.defrosting} ${numbers.duration(excursion.defrostMs)}`] : []),
    ...(excursion.cause === undefined ? [] : [`${words.cause}: ${shownText(excursion.cause)}`]),
    ...(excursion.level === undefined ? [] : [shownText(excursion.level)]),
    ...(excursion.product === undefined ? [] : [shownText(excursion.product)]),
  ];
  return [
    shownText(excursion.sensor),
    { text: `${rule}\n${shownText(severity)}`, look: { font: 'strong' } },
    ...[moment(startedAt), moment(triggeredAt)],
    state === 'ongoing' ? words.ongoing : moment(endedAt),
    outsideMs === undefined ? '–' : numbers.duration(outsideMs),
    extremeMilli === undefined ? '–' : numbers.celsius(extremeMilli),
    notes.length === 0 ? '–' : notes.join('\n'),
  ];
}

function drawGaps({ sheet, words, numbers, report }: PageContent): void {
  sheet.heading(words.gaps, 30);
  const holes = report.probes.flatMap(({ sensor, gaps }) => gaps.shown.map((hole) => ({ sensor, ...hole })));
  if (holes.length === 0) {
    sheet.paragraph(words.noGaps);
    return;
  }
  drawTable(
    sheet,
    [
      { title: words.probe, share: 20 },
      { title: words.from, share: 20 },
      { title: words.to, share: 20 },
      { title: words.duration, share: 20, align: 'right' },
    ],
    holes
      .slice(0, MAX_GAPS)
      .map(({ sensor, fromAt, toAt, durationMs }) => [
        ...[shownText(sensor), numbers.moment(fromAt), numbers.moment(toAt), numbers.duration(durationMs)],
      ]),
  );
  const all = report.probes.reduce((sum, { gaps }) => sum + gaps.count, 0);
  const hidden = all - Math.min(MAX_GAPS, holes.length);
  if (hidden > 0) sheet.paragraph(words.more(hidden));
}

function drawCertificates({ sheet, words, numbers, report }: PageContent): void {
  sheet.heading(words.certificates);
  drawTable(
    sheet,
    [
      { title: words.probe, share: 15 },
      { title: words.serial, share: 16 },
      { title: words.certificate, share: 16 },
      { title: words.calibrated, share: 11 },
      { title: words.due, share: 11 },
      { title: words.uncertainty, share: 12, align: 'right' },
      { title: words.state, share: 13 },
      { title: words.faults, share: 14 },
    ],
    report.probes.map(({ sensor, calibration, faults, late }): TableCell[] => {
      const told = Object.entries(faults).map(([quality, count]) => `${quality} ${numbers.count(count)}`);
      const notes = [...told, ...(late > 0 ? [`${words.late} ${numbers.count(late)}`] : [])];
      const faultText = notes.length === 0 ? '–' : notes.join('\n');
      const name = { text: shownText(sensor), look: { font: 'strong' } as const };
      if (!calibration) {
        const none = { text: words.noCertificate, look: { colour: ink.unknown } };
        return [name, none, '–', '–', '–', '–', '–', faultText];
      }
      const { serial, certificate, calibratedOn, dueOn, uncertaintyMilliC, isValid } = calibration;
      const warning = { text: words.notValid, look: { font: 'strong', colour: ink.unknown } as const };
      return [
        ...[name, shownText(serial), shownText(certificate), calibratedOn, dueOn],
        `±${numbers.celsius(uncertaintyMilliC)}`,
        isValid ? words.valid : warning,
        faultText,
      ];
    }),
  );
}

function drawContacts({ sheet, words, numbers, report }: PageContent): void {
  if (report.contacts.length === 0) return;
  sheet.heading(words.contacts);
  drawTable(
    sheet,
    [
      { title: words.contacts, share: 20 },
      { title: words.type, share: 14 },
      { title: words.probe, share: 30 },
      { title: words.openings, share: 12, align: 'right' },
      { title: words.openTime, share: 18, align: 'right' },
    ],
    report.contacts.map(({ sensor, means, probes, openings, openMs }) => [
      ...[shownText(sensor), words.means[means], probes.map(shownText).join(', '), String(openings)],
      openMs === 0 ? '0' : numbers.duration(openMs),
    ]),
  );
}

function drawBudgets({ sheet, words, numbers, report }: PageContent): void {
  const rows = report.probes.flatMap(({ sensor, budgets }) =>
    budgets.flatMap(({ product, bands }) =>
      bands.map(({ band, level, usedMs, allowanceMs }) => [
        ...[shownText(product), shownText(sensor), shownText(band), shownText(level)],
        ...[numbers.duration(usedMs), numbers.duration(allowanceMs)],
      ]),
    ),
  );
  if (rows.length === 0) return;
  sheet.heading(words.budgets);
  const columns = [
    { title: words.products, share: 26 },
    { title: words.probe, share: 16 },
    { title: words.budgetBand, share: 14 },
    { title: words.state, share: 14 },
    { title: words.used, share: 14, align: 'right' as const },
    { title: words.allowance, share: 14, align: 'right' as const },
  ];
  drawTable(sheet, columns, rows);
}
