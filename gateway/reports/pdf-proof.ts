// What went on around the cargo, and what is proven of all that, by whom and since when.

import { groupedHash, type PageContent } from './page-content.js';
import { ink, sizes } from './page-style.js';
import type { Report } from './report-schema.js';
import { shownText } from './shown-text.js';

const M_PER_KM = 1000;
const MAX_LINES = 20;

export function drawAround({ sheet, words, numbers, report }: PageContent): void {
  const { positions, clock, losses } = report;
  sheet.heading(words.around, 50);
  if (!positions) sheet.paragraph(words.noPosition, {}, 3);
  else {
    const kilometres = numbers.fixed(positions.trackM / M_PER_KM, 1);
    const where = (place: typeof positions.first) =>
      `${numbers.position(place)} (${numbers.moment(place.at)})`;
    sheet.paragraph(words.positionSummary(numbers.count(positions.fixes), kilometres), {}, 2);
    sheet.paragraph(`${where(positions.first)} – ${where(positions.last)}`, {}, 3);
  }
  const doubted = clock.unsynchronisedRecords;
  sheet.paragraph(doubted === 0 ? words.clockFine : words.clockDoubted(numbers.count(doubted)), {}, 3);
  if (clock.correctedRecords > 0) {
    sheet.paragraph(words.clockCorrected(numbers.count(clock.correctedRecords)), {}, 3);
    for (const { at, source, sequence } of clock.references.slice(0, MAX_LINES)) {
      sheet.paragraph(
        `${numbers.moment(at)}  ${words.clockKnown} ${shownText(source)}  (#${sequence})`,
        {},
        2,
      );
    }
  }
  for (const { at, stepMs, sequence } of clock.steps.slice(0, MAX_LINES)) {
    const step = `${stepMs < 0 ? '-' : '+'}${numbers.duration(Math.abs(stepMs))}`;
    sheet.paragraph(`${numbers.moment(at)}  ${words.clockStep} ${step}  (#${sequence})`, {}, 2);
  }
  if (losses.length === 0) sheet.paragraph(words.noLoss, {}, 3);
  for (const { at, records, cause } of losses.slice(0, MAX_LINES)) {
    const text = `${numbers.moment(at)}  ${words.loss(numbers.count(records))}: ${shownText(cause)}`;
    sheet.paragraph(text, { colour: ink.excursion }, 2);
  }
}

export function drawProof({ sheet, words, numbers, report, hash, bundleHash }: PageContent): void {
  const { proof, period } = report;
  sheet.heading(words.proof, 120);
  if (proof.isWhole) {
    const records = numbers.count(period.lastSequence - period.firstSequence + 1);
    sheet.paragraph(words.proven(records, numbers.count(proof.signatures)));
  } else {
    sheet.paragraph(words.notProven, { font: 'strong', colour: ink.excursion }, 3);
    for (const { firstSequence, lastSequence, what } of proof.broken.slice(0, MAX_LINES)) {
      sheet.paragraph(`#${firstSequence}–${lastSequence}: ${shownText(what)}`, { colour: ink.excursion }, 2);
    }
    if (proof.stoppedAt !== undefined) {
      sheet.paragraph(words.stopped(numbers.count(proof.stoppedAt)), { colour: ink.excursion });
    }
  }
  sheet.pairs(
    [
      [words.gatewayKey, report.gateway.address],
      [words.records, `${period.firstSequence} – ${period.lastSequence}`],
      ...checkpointPairs(proof, { words, numbers }),
      ...anchorPairs(proof, { words, numbers }),
      [words.reportHash, groupedHash(hash)],
      ...(bundleHash === undefined ? [] : [[words.bundleHash, groupedHash(bundleHash)] as const]),
    ],
    1,
  );
  sheet.y += 3;
  sheet.paragraph(words.howToVerify, { size: sizes.small, colour: ink.soft }, 3);
  sheet.paragraph(words.limitsOfProof, { size: sizes.small, colour: ink.soft });
}

type Pair = readonly [label: string, value: string];
type Language = Pick<PageContent, 'words' | 'numbers'>;

function checkpointPairs({ checkpoint }: Report['proof'], { words, numbers }: Language): Pair[] {
  if (!checkpoint) return [];
  const { size, root, signedAt } = checkpoint;
  const head = `${numbers.moment(signedAt)}, ${words.size} ${numbers.count(size)}`;
  return [[words.checkpoint, `${head}\n${words.root} ${groupedHash(root)}`]];
}

function anchorPairs({ anchor }: Report['proof'], { words, numbers }: Language): Pair[] {
  if (!anchor) return [[words.anchor, words.noAnchor]];
  const { seq, chainId, contract, root, size, transactionHash, blockNumber, blockTime, notCovered } = anchor;
  const since = blockTime === undefined ? '' : ` ${words.since} ${numbers.moment(blockTime)}`;
  const lines = [
    `${words.anchored(seq, chainId)}${since}, ${words.size} ${numbers.count(size)}`,
    `${words.root} ${groupedHash(root)}`,
    ...(notCovered > 0 ? [words.notCovered(numbers.count(notCovered))] : []),
  ];
  return [
    [words.anchor, lines.join('\n')],
    [words.contract, contract],
    ...(transactionHash === undefined ? [] : [[words.transaction, transactionHash] as const]),
    ...(blockNumber === undefined ? [] : [[words.block, numbers.count(blockNumber)] as const]),
  ];
}
