// The GS1 tag vectors as rows: what a tag holds and what it must be told as.

import { readFileSync } from 'node:fs';

export interface EpcVector {
  readonly scheme: string;
  readonly hex: string;
  readonly pureIdentity?: string;
  readonly tagUri?: string;
  readonly elementString?: string;
  readonly filter?: number;
  readonly digitalLinkPath?: string;
  readonly hostname?: string;
}

export function readVectors<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../../vectors/${path}`, import.meta.url), 'utf8')) as T;
}

interface EpcVectorFile {
  readonly tds113_E3: readonly EpcVector[];
  readonly other_implementations: readonly EpcVector[];
  readonly tds23_E3: readonly EpcVector[];
  readonly must_refuse: readonly { readonly hex: string; readonly why: string }[];
}

const file = readVectors<EpcVectorFile>('tds/epc-vectors.json');

export const epcVectors: readonly EpcVector[] = [
  ...file.tds113_E3,
  ...file.other_implementations,
  ...file.tds23_E3,
  ...readVectors<{ readonly vectors: readonly EpcVector[] }>('tds/tds23-e3.json').vectors,
];

export const mustRefuse = file.must_refuse;

/** The fields that a vector may state; the rest of it is about where it came from. */
export function statedBy(vector: EpcVector): Partial<EpcVector> {
  const { scheme, pureIdentity, tagUri, elementString, filter, digitalLinkPath, hostname } = vector;
  const stated = { scheme, pureIdentity, tagUri, elementString, filter, digitalLinkPath, hostname };
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
}
