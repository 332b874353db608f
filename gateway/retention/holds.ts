// What must not be deleted yet, and on whose behalf: what the ledger, a broker or an integrator has not got, what the judges go
// on from, shipments that are open or young, alerts that nobody has closed. Reads the journal and decides nothing.

import type { Config } from '../../config/schema.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { decodeRecord } from '../../ledger-sync/evidence/record.js';
import { capturedSize } from '../epcis/captured-size.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { Span } from '../journal/pruned-spans.js';
import { alertHolds, excursionHolds, judgeHold, shipmentHolds } from './held-matters.js';

export interface Hold extends Span {
  /** Whom it is kept for, in the words of `coldgate status`. */
  readonly by: string;
  /** Of a shipment that has ended: it may go, but for what its excursions are about, before the disk is full. */
  readonly isEnded?: boolean;
}

export interface HoldParts {
  readonly config: Pick<
    Config,
    'gateway' | 'publish' | 'epcis' | 'sparkplug' | 'ledger' | 'retention' | 'shipment'
  >;
  readonly journal: JournalReader;
  readonly nowMs: number;
}

/** The newest readings are told again at each start, and lie under tiles that are not full. */
const TAIL_RECORDS = 4096;

/** Everything from there on is held; the log goes on behind it. */
const from = (first: number, by: string): Hold => ({ first, beyond: Number.MAX_SAFE_INTEGER, by });

/**
 * Whose word is waited for. Where the section names nobody: everybody who is told the whole log. Webhooks are not among
 * them: what they wait for goes last, and they give up on it long before.
 */
function awaitedSinks({ publish, epcis, sparkplug, retention }: HoldParts['config']): readonly string[] {
  return (
    retention.holdFor ?? [
      ...publish.brokers.map(({ name }) => `mqtt:${name}`),
      ...publish.consumers.map((consumer) => `receipt:${consumer}`),
      ...(epcis?.capture ? ['epcis'] : []),
      ...(sparkplug ? ['sparkplug'] : []),
    ]
  );
}

/** What holds readings while the disk runs full: shipments that have ended do no longer, what excursions are about always does. */
export const holdsInNeed = (holds: readonly Hold[], journal: JournalReader): Hold[] => [
  ...holds.filter(({ isEnded }) => !isEnded),
  ...excursionHolds(journal),
];

function ledgerHold({ config, journal }: HoldParts): Hold[] {
  if (!config.ledger) return [];
  const contract = fromHex(config.ledger.contract);
  const { includedSeq, finalizedSeq } = journal.anchorStages(config.ledger.chainId, contract);
  const anchored = journal.batch(config.ledger.chainId, contract, finalizedSeq ?? includedSeq);
  return [from(anchored?.size ?? 0, 'ledger')];
}

/** All holds as of now, in no order. */
export function readHolds(parts: HoldParts): Hold[] {
  const { config, journal, nowMs } = parts;
  const size = journal.log.latestCheckpoint()?.size ?? 0;
  const { dataDir } = config.gateway;
  const cursorOf = (sink: string) => (sink === 'epcis' ? capturedSize(dataDir) : journal.cursor(sink));
  const observedAtMs = (sequence: number): number | undefined => {
    const leaf = journal.log.leaf(sequence);
    return leaf && decodeRecord(leaf).observedAtMs;
  };
  return [
    from(Math.max(0, size - TAIL_RECORDS), 'the newest records'),
    ...ledgerHold(parts),
    ...awaitedSinks(config).map((sink) => from(cursorOf(sink), sink)),
    ...judgeHold(journal).map((first) => from(first, 'judging')),
    ...shipmentHolds(journal, {
      keepDays: config.retention.shipmentDays,
      configured: config.shipment?.id,
      nowMs,
      observedAtMs,
    }),
    ...alertHolds(journal),
  ];
}
