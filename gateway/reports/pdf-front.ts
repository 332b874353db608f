// The first page: what was shipped, from when to when, by which limits, and what the records say of them.

import type { PageContent } from './page-content.js';
import { ink, sizes, stateColours } from './page-style.js';
import { drawCharts } from './pdf-charts.js';
import { drawTable, type TableCell } from './pdf-table.js';
import type { ProbeReport } from './report-schema.js';
import { shownText } from './shown-text.js';
import { drawCode, verificationText } from './verification-code.js';

const CODE_WIDTH = 92;
const STRIPE = 4;

export function drawFront(content: PageContent): void {
  const { sheet, words, report } = content;
  sheet.newPage();
  sheet.write(
    words.title,
    { x: sheet.left, y: sheet.y, width: sheet.width - CODE_WIDTH },
    { font: 'strong', size: sizes.title, colour: ink.text },
    'H1',
  );
  sheet.write(
    `${words.shipment} ${shownText(report.shipment.id)}`,
    { x: sheet.left, y: sheet.y + 27, width: sheet.width - CODE_WIDTH - 12 },
    { font: 'strong', size: sizes.heading, colour: ink.soft },
  );
  const codeX = sheet.left + sheet.width - CODE_WIDTH;
  drawCode(
    sheet,
    verificationText(report, content.hash, content.bundleHash),
    codeX,
    sheet.y - 4,
    CODE_WIDTH,
    words.scan,
  );
  const top = sheet.y;
  sheet.y += 47;
  drawVerdict(content, sheet.width - CODE_WIDTH - 10);
  sheet.y = Math.max(sheet.y, top + CODE_WIDTH + 2);
  drawFacts(content);
  drawCharts(content);
  drawFigures(content);
}

function drawVerdict({ sheet, words, report }: PageContent, width: number): void {
  const { state, reasons } = report.verdict;
  const sentences =
    reasons.length === 0 ? [words.okSentence] : reasons.map((reason) => words.reasons[reason]);
  const title = { font: 'strong', size: 13, colour: stateColours[state] } as const;
  const look = { size: sizes.text };
  const inner = width - STRIPE - 12;
  const heights = sentences.map((sentence) => sheet.heightOf(sentence, inner, look));
  const note = { size: sizes.small, colour: ink.soft };
  const noteHeight = sheet.heightOf(words.judgementNote, inner, note);
  const height = 24 + heights.reduce((sum, one) => sum + one + 2, 0) + noteHeight + 6;
  const { y, left } = sheet;
  sheet.decorate(() => {
    sheet.document.rect(left, y, width, height).fill(ink.shade);
    sheet.document.rect(left, y, STRIPE, height).fill(stateColours[state]);
  });
  const x = left + STRIPE + 7;
  sheet.write(words.states[state], { x, y: y + 4, width: inner }, title);
  let at = y + 23;
  for (const [index, sentence] of sentences.entries()) {
    sheet.write(sentence, { x, y: at, width: inner }, look);
    at += (heights[index] ?? 0) + 2;
  }
  sheet.write(words.judgementNote, { x, y: at + 1, width: inner }, note);
  sheet.y = y + height + 8;
}

function drawFacts({ sheet, words, numbers, report }: PageContent): void {
  const { shipment, period, gateway, profile } = report;
  const party = (name: string | undefined) => (name === undefined ? words.noOrder : shownText(name));
  const lengthMs = Date.parse(period.stopAt) - Date.parse(period.startAt);
  const versions = gateway.versions.map(
    ({ version, startedAt }) => `coldgate ${shownText(version)} ${words.since} ${numbers.moment(startedAt)}`,
  );
  const newest = versions.at(-1) ?? words.softwareUnknown;
  const products = shipment.products.map(({ gtin, lot }) => `GTIN ${shownText(gtin)}, LOT ${shownText(lot)}`);
  const listed = (texts: readonly string[]) => (texts.length === 0 ? '–' : texts.slice(0, 8).join('\n'));
  sheet.rule(sheet.y);
  sheet.y += 5;
  sheet.pairs([
    [words.consignor, party(shipment.consignor)],
    [words.start, `${numbers.moment(period.startAt)} (${words.startReasons[period.startReason]})`],
    [words.consignee, party(shipment.consignee)],
    [words.stop, `${numbers.moment(period.stopAt)} (${words.stopReasons[period.stopReason]})`],
    [words.carrier, party(shipment.carrier)],
    [words.duration, `${numbers.duration(Math.max(0, lengthMs))}. ${words.utc}`],
    [words.ssccs, listed(shipment.ssccs)],
    [words.state, shownText(shipment.state)],
    [words.products, listed(products)],
    [words.gateway, shownText(gateway.name)],
    [words.tags, listed(shipment.tags.map(shownText))],
    [words.software, newest],
    [words.profile, profile === undefined ? '–' : profileText(profile, words)],
    [words.interval, profile === undefined ? '–' : cadenceText(profile, { words, numbers })],
  ]);
}

function profileText(
  { name, version, hash, origin }: NonNullable<PageContent['report']['profile']>,
  words: PageContent['words'],
): string {
  const note = origin === 'signed-order' ? '' : `\n${words.profileConfigured}`;
  return `${shownText(name)} ${shownText(version)}\nsha-256 ${hash.slice(0, 16)}…${note}`;
}

function cadenceText(
  { intervalMs, maxGapMs, ignoreMs }: NonNullable<PageContent['report']['profile']>,
  { words, numbers }: Pick<PageContent, 'words' | 'numbers'>,
): string {
  const ignored = ignoreMs === 0 ? '' : `\n${words.ignore}: ${numbers.duration(ignoreMs)}`;
  return `${numbers.duration(intervalMs)}, ${words.maxGap} ${numbers.duration(maxGapMs)}${ignored}`;
}

function drawFigures(content: PageContent): void {
  const { sheet, words, report } = content;
  sheet.heading(words.figures, 80);
  drawTable(
    sheet,
    [
      { title: words.probe, share: 13 },
      { title: words.points, share: 9, align: 'right' },
      { title: words.interval, share: 8, align: 'right' },
      { title: words.lowest, share: 15, align: 'right' },
      { title: words.highest, share: 15, align: 'right' },
      { title: words.mean, share: 8.5, align: 'right' },
      { title: words.deviation, share: 8.5, align: 'right' },
      { title: words.mkt, share: 10, align: 'right' },
      { title: words.gaps, share: 8, align: 'right' },
      { title: words.unknown, share: 11, align: 'right' },
    ],
    report.probes.map((probe) => figureRow(probe, content)),
  );
  sheet.paragraph(words.mktNote, { size: sizes.small, colour: ink.soft });
}

function figureRow(probe: ProbeReport, { words, numbers }: PageContent): TableCell[] {
  const { points, counted, intervalMs, lowest, highest, meanMilliC, deviationMilliC, mkt, gaps } = probe;
  const celsius = (milliC: number | undefined) => (milliC === undefined ? '–' : numbers.celsius(milliC));
  const extreme = (one: ProbeReport['lowest']) =>
    one ? `${numbers.celsius(one.milliC)}\n${numbers.minute(one.at)}` : '–';
  const unknownMs = Object.values(probe.unknownMs).reduce((sum, ms) => sum + ms, 0);
  const mean = 'refused' in mkt ? words.mktRefused[mkt.refused] : numbers.celsius(mkt.mktMicroC / 1000);
  return [
    { text: shownText(probe.sensor), look: { font: 'strong' } },
    counted === points
      ? numbers.count(points)
      : `${numbers.count(points)}\n${words.counted} ${numbers.count(counted)}`,
    intervalMs === undefined ? '–' : numbers.duration(intervalMs),
    ...[extreme(lowest), extreme(highest), celsius(meanMilliC), celsius(deviationMilliC), mean],
    String(gaps.count),
    unknownMs === 0
      ? '0'
      : { text: numbers.duration(unknownMs), look: { font: 'strong', colour: ink.unknown } },
  ];
}
