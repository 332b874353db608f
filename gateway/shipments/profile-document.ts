// An alarm profile as JSON, as a shipment carries it: the whole content, so that the rules in force survive the file
// they came from, and its hash, which every record of the shipment names. Absent stands for undefined.

import * as z from 'zod';
import type { AlarmProfile, AlarmRule } from '../../config/alarm-profile.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { duration, list, prose, section, temperature, text } from './shipment-fields.js';

const MAX_RULES = 18;
const MAX_BANDS = 16;
const name = z
  .string('a name of A-Z a-z 0-9 _ . -')
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'a name of A-Z a-z 0-9 _ . -');
const flag = z.boolean('true or false');

function hasItsLimits({ side, highMilliC, lowMilliC }: z.infer<typeof ruleShape>): boolean {
  if ((highMilliC === undefined) !== (side === 'low')) return false;
  if ((lowMilliC === undefined) !== (side === 'high')) return false;
  return lowMilliC === undefined || highMilliC === undefined || lowMilliC < highMilliC;
}

const ruleShape = section({
  id: name,
  side: z.enum(['high', 'low', 'both']),
  highMilliC: temperature.exactOptional(),
  lowMilliC: temperature.exactOptional(),
  inclusive: flag,
  type: z.enum(['single', 'cumulative']),
  delayMs: duration,
  clearHysteresisMilliC: temperature,
  severity: z.enum(['notice', 'minor', 'major', 'critical']),
});

const band = section({ id: name, fromMilliC: temperature, toMilliC: temperature, allowanceMs: duration });

/** Product-specific bands have the shape of the profile's. */
export const stabilityBands = list(
  band.refine(({ fromMilliC, toMilliC }) => fromMilliC < toMilliC, 'fromMilliC below toMilliC'),
  MAX_BANDS,
).refine((bands) => new Set(bands.map(({ id }) => id)).size === bands.length, 'each id once');

const profileShape = section({
  name,
  version: text(128),
  title: prose(300),
  source: prose(2000),
  rules: list(
    ruleShape.refine(hasItsLimits, 'the limits of its side, the low one below the high one'),
    MAX_RULES,
  )
    .min(1, 'at least one rule')
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'each id once'),
  intervalMs: duration,
  maxGapMs: duration,
  ignoreMs: duration,
  mkt: section({ windowMs: duration, limitMilliC: temperature }).exactOptional(),
  stability: stabilityBands,
  isFrozen: flag,
  hash: z
    .string('64 lower-case hexadecimal digits')
    .regex(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits'),
});

type ProfileDocument = z.infer<typeof profileShape>;

function profileOf({ mkt, rules, ...profile }: ProfileDocument): AlarmProfile {
  return {
    ...profile,
    mkt,
    rules: rules.map(({ highMilliC, lowMilliC, ...rule }): AlarmRule => ({ ...rule, highMilliC, lowMilliC })),
  };
}

/** Reads what `profileDocument` made; a profile whose hash is not that of its content is refused. */
export const profileSchema = profileShape
  .transform(profileOf)
  .refine((profile) => profileHash(profile) === profile.hash, 'a profile whose hash is that of its content');

/** The profile as plain JSON. */
export function profileDocument(profile: AlarmProfile): DetailDocument {
  // What is undefined is left out, as JSON has no word for it.
  return JSON.parse(JSON.stringify(profile)) as DetailDocument;
}

/** SHA-256 of the RFC 8785 JSON of all but the hash itself, lower-case hex. */
export function profileHash(profile: Omit<AlarmProfile, 'hash'>): string {
  const { hash: _hash, ...content } = profileDocument({ hash: '', ...profile });
  return toHex(detailHash(content));
}
