// What a report says of one probe, and of the profile by which probes are judged.

import * as z from 'zod';
import { at, count, durationMs, hex, milliC, optional, text } from './report-fields.js';

const limits = {
  side: z.enum(['high', 'low', 'both']),
  highMilliC: optional(milliC),
  lowMilliC: optional(milliC),
  inclusive: z.boolean(),
  type: z.enum(['single', 'cumulative']),
  delayMs: durationMs,
  severity: text,
};

export const profile = z.strictObject({
  name: text,
  version: text,
  title: text,
  source: text,
  hash: hex(32),
  /** `configuration` is not signed: no order told the profile. */
  origin: z.enum(['signed-order', 'configuration']),
  intervalMs: durationMs,
  maxGapMs: durationMs,
  ignoreMs: durationMs,
  isFrozen: z.boolean(),
  mkt: optional(z.strictObject({ windowMs: durationMs, limitMilliC: milliC })),
  rules: z.array(z.strictObject({ rule: text, ...limits })),
});

const tally = {
  /** Excursions: times that the rule fired. */
  count,
  /** In violation within one of them. */
  longestMs: durationMs,
  firstTriggeredAt: optional(at),
  /** In violation altogether, whether the rule fired or not. */
  outsideMs: optional(durationMs),
};

const ruleResult = z.strictObject({
  rule: text,
  ...limits,
  /** As the gateway's signed records tell. */
  signed: z.strictObject(tally),
  /** As the judges find again from the readings. */
  recomputed: z.strictObject(tally),
  /** Where the two are not the same; empty: they agree. */
  differences: z.array(z.enum(['count', 'first-triggered', 'outside'])),
});

export const hole = z.strictObject({ fromAt: at, toAt: at, durationMs });

const mkt = z.union([
  z.strictObject({ mktMicroC: z.int() }),
  z.strictObject({ refused: z.enum(['frozen-product', 'no-readings', 'low-side-violated']) }),
]);

export const probe = z.strictObject({
  sensor: text,
  /** As configured when the report was made; absent: no certificate is known. */
  calibration: optional(
    z.strictObject({
      serial: text,
      certificate: text,
      calibratedOn: text,
      dueOn: text,
      uncertaintyMilliC: milliC,
      /** It speaks for the first and the last reading. */
      isValid: z.boolean(),
    }),
  ),
  points: count,
  counted: count,
  late: count,
  /** Points that do not count, by quality. */
  faults: z.record(text, count),
  firstAt: optional(at),
  lastAt: optional(at),
  intervalMs: optional(durationMs),
  lowest: optional(z.strictObject({ milliC, at })),
  highest: optional(z.strictObject({ milliC, at })),
  meanMilliC: optional(milliC),
  deviationMilliC: optional(milliC),
  mkt,
  /** Of the profile's window that ends at the last reading. */
  windowMkt: optional(z.strictObject({ mktMicroC: optional(z.int()), refused: optional(text) })),
  gaps: z.strictObject({ count, totalMs: durationMs, longestMs: durationMs, shown: z.array(hole) }),
  unknownMs: z.strictObject({ gap: count, fault: count, calibration: count, clock: count }),
  rules: z.array(ruleResult),
  /** As signed when the watch ended. */
  budgets: z.array(
    z.strictObject({
      product: text,
      state: text,
      allowsAutomaticRelease: z.boolean(),
      bands: z.array(
        z.strictObject({ band: text, level: text, usedMs: durationMs, allowanceMs: durationMs }),
      ),
    }),
  ),
});
