// Kinds and quality codes of records in the words of the protocol.

import { qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';

const qualities = new Map<number, string>(Object.entries(qualityCodes).map(([name, code]) => [code, name]));
const kinds = new Map<number, string>(Object.entries(recordKinds).map(([name, code]) => [code, name]));

/** Codes that are newer than this program are shown by their number. */
export const qualityName = (quality: number): string => qualities.get(quality) ?? `quality-${quality}`;

export const kindName = (kind: number): string => kinds.get(kind) ?? `kind-${kind}`;
