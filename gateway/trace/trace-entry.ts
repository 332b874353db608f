// One thing that is known of the subject, whoever says so, and the trace as text.

export interface TraceEntry {
  readonly atMs: number;
  /** What the gateway's clock said then, where a later record says that it was wrong. */
  readonly recordedAtMs?: number;
  /** log: a signed record, checked; ledger: an event of the contract, one node's word; epcis: made from signed records. */
  readonly source: 'log' | 'ledger' | 'epcis';
  /** Closed words for programs, such as `seen` or `dispensed`. */
  readonly what: string;
  readonly words: string;
  /** First record that it is made from. */
  readonly sequence?: number;
  readonly shipment?: string;
  readonly blockNumber?: number;
  readonly transactionHash?: string;
  readonly eventId?: string;
}

/** Members that an entry has only where there is something to say. */
export const inShipment = (shipment: string | undefined) => (shipment === undefined ? {} : { shipment });
export const recordedAs = (recordedAtMs: number | undefined) =>
  recordedAtMs === undefined ? {} : { recordedAtMs };

export interface Trace {
  readonly subject: string;
  /** In order of time; of one time, in order of the log. */
  readonly entries: readonly TraceEntry[];
  /** What could not be looked at, in sentences. */
  readonly notKnown: readonly string[];
}

const sources = ['ledger', 'log', 'epcis'] as const;

export function inOrder(entries: readonly TraceEntry[]): TraceEntry[] {
  return [...entries].sort(
    (a, b) =>
      a.atMs - b.atMs ||
      sources.indexOf(a.source) - sources.indexOf(b.source) ||
      (a.sequence ?? 0) - (b.sequence ?? 0),
  );
}

export function traceLines({ subject, entries, notKnown }: Trace): string[] {
  const lines = entries.map((entry) => {
    const { atMs, recordedAtMs, source, words, sequence, blockNumber, shipment } = entry;
    const place =
      sequence !== undefined ? `#${sequence}` : blockNumber !== undefined ? `block ${blockNumber}` : '';
    const of = shipment === undefined ? '' : ` [${shipment}]`;
    const recorded =
      recordedAtMs === undefined ? '' : ` (recorded as ${new Date(recordedAtMs).toISOString()})`;
    return `${new Date(atMs).toISOString()}  ${source.padEnd(6)} ${place.padEnd(12)} ${words}${of}${recorded}`;
  });
  return [
    subject,
    ...(lines.length === 0 ? ['Nothing is known of it here.'] : lines),
    ...notKnown.map((sentence) => `Not known: ${sentence}`),
  ];
}
