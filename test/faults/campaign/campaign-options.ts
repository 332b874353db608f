// What may be said on the command line of the campaign.

import { parseArgs } from 'node:util';
import { legs } from './legs.js';

export interface CampaignOptions {
  readonly seed: number;
  /** The longest that a start may take until a reading is durable. A busy machine starts nothing in time. */
  readonly startLimitSeconds: number;
  /** For each leg; what is done by then counts. */
  readonly minutes: number;
  /** Legs that run, with how often. */
  readonly times: ReadonlyMap<string, number>;
}

const START_LIMIT_SECONDS = 3;
const ANY_MINUTES = 100_000;
const SEEDS = 1_000_000;
const names = Object.keys(legs);

export const usage = [
  'use: npm run test:faults -- --seed 7 --only kills,cuts --kills 1000 --cuts 300 --minutes 10 --start-limit 3',
  `  legs: ${names.map((name) => `${name} (${legs[name]?.times})`).join(', ')}`,
].join('\n');

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Undefined: it cannot be read. */
export function readOptions(words: readonly string[]): CampaignOptions | undefined {
  const option = { type: 'string' } as const;
  const options = Object.fromEntries(
    ['seed', 'only', 'start-limit', 'minutes', ...names].map((name) => [name, option]),
  );
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args: [...words], options, strict: true }));
  } catch {
    return undefined;
  }
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const numberOr = (name: string, otherwise: number) =>
    text(name) === undefined ? otherwise : wholeNumber(text(name));
  const wanted = text('only')?.split(',') ?? names;
  const times = new Map<string, number>();
  for (const name of wanted) {
    const count = numberOr(name, legs[name]?.times ?? 0);
    if (!count) return undefined;
    times.set(name, count);
  }
  const seed = numberOr('seed', Date.now() % SEEDS);
  const startLimitSeconds = numberOr('start-limit', START_LIMIT_SECONDS);
  const minutes = numberOr('minutes', ANY_MINUTES);
  if (seed === undefined || startLimitSeconds === undefined || minutes === undefined) return undefined;
  return { seed, startLimitSeconds, minutes, times };
}
