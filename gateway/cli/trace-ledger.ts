// What a trace asks of the ledger: events of packs and lots, and who held the goods. A node that does not answer, or is not the
// right one, costs its part of the trace and is told as such.

import type { Config } from '../../config/schema.js';
import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { readLotEvents } from '../../ledger-sync/serials/lot-events.js';
import { type LotKeyFile, lotIdOf, parseLotKeyFile } from '../../ledger-sync/serials/lot-file.js';
import { KnownSerials } from '../authenticity/known-serials.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { custodyEntries, type TracedAgreement } from '../trace/custody-trace.js';
import { ledgerEntries } from '../trace/ledger-trace.js';
import type { TraceEntry } from '../trace/trace-entry.js';
import type { TraceSubject } from '../trace/trace-subject.js';
import { agreementAt } from './agreement-parts.js';
import { contractAt } from './serials-parts.js';

/** A part of the trace, and what could not be looked at. */
export interface LedgerPart {
  readonly entries: readonly TraceEntry[];
  readonly notKnown: readonly string[];
}

export interface AskedLedger {
  /** Of a node; undefined where none is configured or given. */
  readonly url: string | undefined;
  readonly fromBlock: number;
}

const without = (sentence: string): LedgerPart => ({ entries: [], notKnown: [sentence] });
const noNode = 'no node is configured; give --rpc';

/** What the contract of serials says. */
export async function askSerials(
  { url, fromBlock }: AskedLedger,
  { authenticity }: Config,
  journal: JournalReader,
  subject: TraceSubject,
): Promise<LedgerPart> {
  const what = 'what the ledger says of the pack';
  if (subject.kind === 'sscc') return { entries: [], notKnown: [] };
  if (!authenticity) return without(`${what}: the configuration has no authenticity section`);
  if (url === undefined) return without(`${what}: ${noNode}`);
  const place = placeOf(subject, journal, authenticity);
  if (place === undefined) return without(`${what}: no key of its lot is held here`);
  return asked(what, async () => {
    const { contract, rpc } = await contractAt({ rpc: url, contract: authenticity.contract });
    return ledgerEntries(await readLotEvents(rpc, contract, place, fromBlock), place.index);
  });
}

/** What the contracts of agreements say of the handovers that the log tells of. */
export async function askCustody(
  { url, fromBlock }: AskedLedger,
  agreements: readonly TracedAgreement[],
): Promise<LedgerPart> {
  const what = 'who held the goods by the ledger';
  if (agreements.length === 0) {
    return without(`${what}: the log tells of no handover under an agreement`);
  }
  if (url === undefined) return without(`${what}: ${noNode}`);
  const parts: LedgerPart[] = [];
  for (const agreement of agreements) {
    parts.push(
      await asked(`${what} (${agreement.shipment})`, async () => {
        const contract = await agreementAt(url, agreement);
        return custodyEntries(await contract.history(agreement.id, fromBlock), agreement.shipment);
      }),
    );
  }
  return {
    entries: parts.flatMap(({ entries }) => entries),
    notKnown: parts.flatMap(({ notKnown }) => notKnown),
  };
}

async function asked(what: string, ask: () => Promise<readonly TraceEntry[]>): Promise<LedgerPart> {
  try {
    return { entries: await ask(), notKnown: [] };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return without(`${what}: ${error.message} [${error.code}]`);
  }
}

/** Which lot of the ledger the subject is of, and where it is in it. */
function placeOf(
  subject: Exclude<TraceSubject, { kind: 'sscc' }>,
  journal: JournalReader,
  authenticity: NonNullable<Config['authenticity']>,
) {
  const keys = (journal.serials.lotKeys() ?? []).map((text) => parseLotKeyFile(text));
  const nameOf = (key: LotKeyFile) => ({ maker: key.maker, lot: lotIdOf(key, fromHex(key.readingKey)) });
  if (subject.kind === 'lot') {
    const key = keys.find(({ gtin, lot }) => gtin === subject.gtin && lot === subject.lot);
    return key && { ...nameOf(key), index: undefined };
  }
  const known = new KnownSerials(journal.serials, authenticity, () => undefined).look();
  const found = known?.find(subject.gtin, subject.serial, undefined);
  if (found?.kind !== 'found') return undefined;
  const key = keys.find(({ gtin, lot }) => gtin === subject.gtin && lot === found.lotNumber);
  return key && { ...nameOf(key), index: found.index };
}
