// Which contract the gateway signs its headers for, as a record: a gateway that is moved to another contract, or to none,
// says so in its own signed log, naming both. What it was is remembered over restarts, in the commit of the record.

import type { LedgerConfig } from '../config/schema.js';
import { systemClock } from '../firmware-bridge/clock.js';
import type { Arrival } from '../firmware-bridge/observation.js';
import { fromHex } from '../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../ledger-sync/evidence/record.js';
import { draftOf, type RecordContext } from './intake/record-mapper.js';
import type { JournalReader } from './journal/journal-reader.js';
import { BatchCutter } from './sealing/batch-cutter.js';
import type { DraftRecord } from './sealing/draft-record.js';

const ROW = 'ledger-target';

interface LedgerTarget {
  readonly chainId: number;
  /** 0x address in lower case. */
  readonly contract: string;
}

/**
 * The record of a change, and the row to store with it; undefined while nothing is new.
 * @param stored the rows of judge_state; other keys are not its own
 */
export function ledgerTargetChange(
  stored: ReadonlyMap<string, string>,
  ledger: Pick<LedgerConfig, 'chainId' | 'contract'> | undefined,
  context: RecordContext,
  at: Arrival,
): { draft: DraftRecord; row: readonly [key: string, value: string] } | undefined {
  const to: LedgerTarget | null = ledger
    ? { chainId: ledger.chainId, contract: ledger.contract.toLowerCase() }
    : null;
  // The row is this module's own text.
  const from = JSON.parse(stored.get(ROW) ?? 'null') as LedgerTarget | null;
  if (from?.chainId === to?.chainId && from?.contract === to?.contract) return undefined;
  const draft = draftOf(context, {
    at,
    kind: recordKinds.configurationChange,
    subjectName: 'gateway',
    detail: { type: 'ledger-target', from: from && { ...from }, to: to && { ...to } },
  });
  return { draft, row: [ROW, JSON.stringify(to)] };
}

/** What decides when a header is cut for that contract; undefined without one. */
export function batchCutterOf(
  ledger: LedgerConfig | undefined,
  journal: JournalReader,
): BatchCutter | undefined {
  if (!ledger) return undefined;
  const { chainId, contract, batchIntervalMs, heartbeatIntervalMs } = ledger;
  return new BatchCutter({
    ...{ journal, chainId, contract: fromHex(contract) },
    intervalMs: batchIntervalMs,
    heartbeatMs: heartbeatIntervalMs,
    uptimeMs: () => systemClock.now().uptimeMs,
  });
}
