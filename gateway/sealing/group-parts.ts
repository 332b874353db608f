// What the entries of one group add up to beside their drafts.

import type { RequestResult, SealRequest } from './draft-record.js';
import type { PipelineEntry } from './log-pipeline.js';

/** Positions of an entry's results become positions in the whole group. */
export function resultsOf(entries: readonly PipelineEntry[]): RequestResult[] {
  let before = 0;
  return entries.flatMap(({ drafts, results = [] }) => {
    const shifted = results.map((result) => ({ ...result, draftIndex: before + result.draftIndex }));
    before += drafts.length;
    return shifted;
  });
}

/** What is ordered to be deleted, and rows of earlier orders: those wait while somebody is in a hurry. */
export function deletionsOf(
  entries: readonly PipelineEntry[],
  sweepRecords: number,
): Pick<SealRequest, 'prunes' | 'erases' | 'sweepRecords'> {
  const erases = entries.flatMap((entry) => entry.erases ?? []);
  const prunes = entries.flatMap(({ prune }) => prune ?? []);
  const isSweeping = sweepRecords > 0 && !entries.some(({ isUrgent }) => isUrgent);
  return {
    ...(prunes.length > 0 ? { prunes } : {}),
    ...(erases.length > 0 ? { erases } : {}),
    ...(isSweeping ? { sweepRecords } : {}),
  };
}
