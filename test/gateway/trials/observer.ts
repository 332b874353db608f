// Somebody who sees all that is published of trials and wants to know the arms. Learns from trials whose arms came out, and is
// asked about others: logistic regression over what can be seen of each kit.

import type { Arm, PlayedTrial, Publication } from './blinded-trial.js';

const PASSES = 300;
const RATE = 0.3;
const DECAY = 0.002;

/** A few numbers out of the bytes of a text, so that equal texts are equal and others are not. */
function marksOf(text: string): number[] {
  const marks = [0, 0, 0];
  for (let at = 0; at < text.length; at++)
    marks[at % 3] = ((marks[at % 3] ?? 0) * 31 + text.charCodeAt(at)) % 97;
  return marks;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => (values.length === 0 ? 0 : sum(values) / values.length);

/** What can be seen of one kit: how often, how long, when, where in lists, and what happened on the ledger at that moment. */
function seenOf(kit: string, published: readonly Publication[], usual: ReturnType<typeof usualOf>): number[] {
  const own = published.filter(({ text }) => text.includes(kit));
  const places = own.map(({ text }) => text.indexOf(kit) / text.length);
  const visit = own.find(isVisit);
  // What is put on the ledger at that moment.
  const beside =
    visit && published.find(({ topic, minute }) => topic === 'trials' && minute === visit.minute);
  const basis = beside?.text.slice(2 + 8 + 64 * 4, 2 + 8 + 64 * 5) ?? '';
  const aside = own.find(({ text }) => /"event":"opened"/.test(text) && /quarantine/.test(text));
  const box = own.flatMap(({ text }) => /"shipment":"(B-[0-9])"/.exec(text)?.[1] ?? [])[0];
  const orders = published.filter(({ text }) => /"created"/.test(text) && text.includes(`"id":"${box}"`));
  return [
    Number(kit) / 1e10,
    Number(kit.at(-1)) % 2,
    own.length,
    own.filter(({ topic }) => topic.includes('/alert/')).length,
    sum(own.map(({ bytes }) => bytes)),
    mean(own.map(({ bytes }) => bytes)),
    mean(own.map(({ minute }) => minute)),
    own.at(-1)?.minute ?? 0,
    visit?.minute ?? 0,
    visit ? visit.text.length - usual.visitLength : 0,
    aside?.minute ?? -1,
    aside ? aside.text.length - usual.asideLength : 0,
    mean(places),
    beside?.bytes ?? 0,
    ...marksOf(basis),
    ...marksOf(own.map(({ topic }) => topic).join()),
    mean(orders.map(({ bytes }) => bytes)),
  ];
}

const isVisit = ({ text }: Publication) => /"event":"(dispensed|set-aside)"/.test(text);

/** What is usual in a trial: a length means something beside others of its kind. */
function usualOf(published: readonly Publication[]) {
  const asides = published.filter(({ text }) => /"event":"opened"/.test(text) && /quarantine/.test(text));
  const visits = published.filter(isVisit);
  const length = (of: readonly Publication[]) => mean(of.map(({ text }) => text.length));
  return { visitLength: length(visits), asideLength: length(asides) };
}

/** How many of the trials' kits it tells right, after it has learned from others; 0.5 is chance. */
export function guessedRight(learned: readonly PlayedTrial[], asked: readonly PlayedTrial[]): number {
  const lesson = learned.flatMap(cases);
  const scale = scaleOf(lesson.map(({ seen }) => seen));
  const weights = train(lesson.map(({ seen, arm }) => ({ seen: scale(seen), isActive: arm === 'active' })));
  const answers = asked.flatMap(cases).map(({ seen, arm }) => {
    const isActive = score(weights, scale(seen)) > 0;
    return isActive === (arm === 'active');
  });
  return answers.filter(Boolean).length / answers.length;
}

function cases({ arms, published }: PlayedTrial): { seen: number[]; arm: Arm }[] {
  const usual = usualOf(published);
  return [...arms].map(([kit, arm]) => ({ seen: seenOf(kit, published, usual), arm }));
}

/** To mean 0 and deviation 1, as the learned ones have it. */
function scaleOf(rows: readonly (readonly number[])[]): (row: readonly number[]) => number[] {
  const columns = (rows[0] ?? []).map((_value, at) => rows.map((row) => row[at] ?? 0));
  const scales = columns.map((column) => {
    const middle = mean(column);
    return [middle, Math.sqrt(mean(column.map((value) => (value - middle) ** 2))) || 1] as const;
  });
  return (row) => row.map((value, at) => (value - (scales[at]?.[0] ?? 0)) / (scales[at]?.[1] ?? 1));
}

/** The first weight is the offset. */
function score(weights: readonly number[], seen: readonly number[]): number {
  return (weights[0] ?? 0) + sum(seen.map((value, at) => value * (weights[at + 1] ?? 0)));
}

function train(
  lesson: readonly { readonly seen: readonly number[]; readonly isActive: boolean }[],
): number[] {
  let weights = new Array<number>((lesson[0]?.seen.length ?? 0) + 1).fill(0);
  for (let pass = 0; pass < PASSES; pass++) {
    const errors = lesson.map(
      ({ seen, isActive }) => (isActive ? 1 : 0) - 1 / (1 + Math.exp(-score(weights, seen))),
    );
    weights = weights.map((weight, at) => {
      const slope = mean(
        lesson.map(({ seen }, row) => (errors[row] ?? 0) * (at === 0 ? 1 : (seen[at - 1] ?? 0))),
      );
      return weight * (1 - DECAY) + RATE * slope;
    });
  }
  return weights;
}
