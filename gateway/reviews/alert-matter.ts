// What an alert is about, in the words of its records: rule, profile, limit and how far it went. Copied into the alert's
// row, so that a list needs no look into the log; what counts is the record.

import * as z from 'zod';
import type { DetailDocument } from '../sealing/draft-record.js';

/** A device may give a long reason; the whole of it is in the record. */
const MAX_TEXT = 300;

/** Members of a detail document that tell what the matter is. */
const told = [
  'rule',
  'ruleId',
  'side',
  'limitMilliC',
  'delayMs',
  'extremeMilliC',
  'startedAtMs',
  'endedAtMs',
  'outsideMs',
  'openings',
  'mktMicroC',
  'cause',
  'profile',
  'profileVersion',
  'profileHash',
  'condition',
  'reason',
  'event',
  'verdict',
  'finding',
  'compared',
  'orderedUnits',
  'seenUnits',
  'missing',
  'notLoaded',
  'notUnloaded',
  'notOrdered',
  'missedPermille',
] as const;

export const matterSchema = z.partialRecord(z.enum(told), z.union([z.string(), z.int()]));

export type Matter = Readonly<z.infer<typeof matterSchema>>;

/** What a detail document tells; nothing if it is gone. */
export function matterOf(detail: DetailDocument | undefined): Matter {
  const matter: z.infer<typeof matterSchema> = {};
  for (const key of told) {
    const value = detail?.[key];
    if (typeof value === 'string') matter[key] = value.slice(0, MAX_TEXT);
    // An empty list is told too: it takes back what was there.
    else if (Array.isArray(value)) matter[key] = value.join(' ').slice(0, MAX_TEXT);
    else if (typeof value === 'number' && Number.isSafeInteger(value)) matter[key] = value;
  }
  return matter;
}
