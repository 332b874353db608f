// Judges every tag that is read. Takes drafts before they are sealed and gives what must join their commit: a record for
// each verdict that changes, and a row that says which was told last. The rest is a fold over the log (tag-fold.ts), kept
// now and then; a start goes on from there through the log. Pure.

import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument, DraftRecord, StateRow } from '../sealing/draft-record.js';
import type { Verdict } from './finding.js';
import { type ProofAnswer, ProofAsks } from './proof/proof-asks.js';
import { proofResults } from './proof/proof-detail.js';
import { toldProof } from './proof/proof-fold.js';
import type { PackKnown, SerialsKnowledge } from './serials-knowledge.js';
import { type TagFacts, TagFold, type TraceSettings } from './tag-fold.js';
import { identityOf, type TagIdentity } from './tag-identity.js';
import { judgedDocument, judgeTag } from './tag-verdict.js';
import type { TracedRecord } from './traced-record.js';

export interface AuthenticitySettings extends TraceSettings {
  /** Older than this, what makers say is no longer worth "passed". */
  readonly maxAgeMs: number;
  /** Whether the ledger-sync role asks a maker's service about proofs that only it can judge. */
  readonly asksService: boolean;
}

/** Whether a running shipment lists packs of this product, and not this one. */
export type IsLeftOut = (gtin: string, epc: string) => boolean;

interface Told {
  readonly number: number;
  readonly verdict: Verdict;
  readonly codes: string;
  /** How much its chip had shown, and how well it had proven itself; undefined in rows from before that was kept. */
  readonly shown?: number;
  readonly proven?: number;
}

/** What was found out of a tag, until what is known changes. */
interface Looked {
  readonly identity: TagIdentity;
  readonly chip: string | undefined;
  readonly known: PackKnown | undefined;
}

export interface AuthenticityChange {
  readonly drafts: readonly DraftRecord[];
  readonly judgeState: readonly StateRow[];
}

/** A record of what a maker's service said. */
const proofType = 'tag-proof';
const tellPrefix = 'authenticity/tag/';
const foldKey = 'authenticity/fold';
const countKey = 'authenticity/count';
/** Reads after which the fold is kept, and more where there are many tags: a card wears less than 100 bytes a read by it. */
const READS_PER_FOLD = 5_000;
const READS_PER_TAG = 4;
const nothing: AuthenticityChange = { drafts: [], judgeState: [] };

export class AuthenticityDesk {
  readonly #settings: AuthenticitySettings;
  readonly #fold: TagFold;
  readonly #told = new Map<string, Told>();
  readonly #looked = new Map<string, Looked>();
  readonly #isLeftOut: IsLeftOut;
  readonly #asks: ProofAsks;
  #knowledge: SerialsKnowledge | undefined;
  readonly #unkept: StateRow[];
  #count: number;
  #reads: number;
  /** From where the log must be told to `resume`. */
  readonly resumePosition: number;

  /** @param size records in the log: a desk that is new begins there */
  constructor(
    settings: AuthenticitySettings,
    stored: ReadonlyMap<string, string>,
    size: number,
    isLeftOut: IsLeftOut,
  ) {
    this.#settings = settings;
    this.#isLeftOut = isLeftOut;
    const { position, fold } = JSON.parse(stored.get(foldKey) ?? '{}') as {
      position?: number;
      fold?: object;
    };
    this.resumePosition = position ?? size;
    this.#reads = 0;
    this.#fold = new TagFold(settings, fold === undefined ? undefined : JSON.stringify(fold));
    // A fold that was never kept goes with the first record: else a start after a kill would not know where to begin.
    this.#unkept = position === undefined ? [this.#kept(size)] : [];
    this.#count = Number(stored.get(countKey) ?? 0);
    this.#asks = new ProofAsks(stored);
    for (const [key, text] of stored) {
      if (key.startsWith(tellPrefix)) this.#told.set(key.slice(tellPrefix.length), JSON.parse(text) as Told);
    }
  }

  /** Takes a record of the log that is not in the fold yet; before anything else is taken. */
  resume(record: TracedRecord): void {
    if (record.kind === recordKinds.tagSighting) this.#readTag(record);
    else if (record.kind === recordKinds.tagAuthenticity) this.#takeAnswer(record);
    else this.#passBy(record);
  }

  /** What is known of packs has changed; tags are judged by it when they are read next. */
  adopt(knowledge: SerialsKnowledge): void {
    this.#knowledge = knowledge;
    this.#looked.clear();
  }

  take(draft: DraftRecord): AuthenticityChange {
    const judgeState: StateRow[] = this.#unkept.splice(0);
    if (draft.kind !== recordKinds.tagSighting) {
      this.#passBy(draft);
      return judgeState.length === 0 ? nothing : { drafts: [], judgeState };
    }
    this.#reads += 1;
    const { facts, isFirstChip, forgotten, asks } = this.#readTag(draft);
    if (forgotten !== undefined && this.#told.delete(forgotten))
      judgeState.push([tellPrefix + forgotten, undefined]);
    if (forgotten !== undefined) judgeState.push(...this.#asks.forget(forgotten));
    if (asks && this.#settings.asksService) judgeState.push(...this.#asks.put(draft));
    const drafts = this.#tell(draft, facts, isFirstChip, judgeState);
    return drafts.length === 0 && judgeState.length === 0 ? nothing : { drafts, judgeState };
  }

  /** The maker's service has answered; what it was not asked, or was asked anew since, is passed over. */
  answer(told: ProofAnswer, base: DraftRecord): AuthenticityChange {
    const ask = this.#asks.answeredBy(told);
    if (!ask) return nothing;
    const { epc, chip, reader, suite, challenge, response, askedAtMs } = ask;
    const judgeState: StateRow[] = [...this.#asks.forget(epc)];
    const facts = this.#fold.takeAnswer(epc, told.result, base.observedAtMs);
    if (!facts) return { drafts: [], judgeState };
    const about = { ...base, subjectName: epc, isSalted: true, shipmentName: facts.shipment ?? undefined };
    const answered: DraftRecord = {
      ...{ ...about, kind: recordKinds.tagAuthenticity, value: 0, quality: 0 },
      detail: { type: proofType, suite, challenge, response, askedAtMs, reader, result: told.result },
    };
    const read = { ...about, detail: { reader, ...(chip === undefined ? {} : { chip }) } };
    return { drafts: [answered, ...this.#tell(read, facts, false, judgeState)], judgeState };
  }

  /** @param position sequence of the next record: all that was taken lies before it */
  tick(position: number): readonly StateRow[] {
    if (this.#reads < Math.max(READS_PER_FOLD, this.#fold.size * READS_PER_TAG)) return [];
    this.#reads = 0;
    return [this.#kept(position)];
  }

  #kept(position: number): StateRow {
    return [foldKey, JSON.stringify({ position, fold: this.#fold.snapshot() })];
  }

  #passBy({ kind, shipmentName, detail, uptimeMs, bootCount }: TracedRecord): void {
    if (kind === recordKinds.position) {
      const { latitudeDegE7, longitudeDegE7, hdopCenti } = detail ?? {};
      if (typeof latitudeDegE7 !== 'number' || typeof longitudeDegE7 !== 'number') return;
      const dilution = typeof hdopCenti === 'number' ? hdopCenti : undefined;
      this.#fold.takeFix({ latitudeDegE7, longitudeDegE7, hdopCenti: dilution, uptimeMs, bootCount });
    } else if (
      kind === recordKinds.shipmentEvent &&
      shipmentName !== undefined &&
      detail?.type === 'shipment'
    ) {
      this.#fold.takeShipment(shipmentName, detail.event);
    }
  }

  #takeAnswer({ subjectName, detail, observedAtMs }: TracedRecord): void {
    if (detail?.type !== proofType) return;
    const result = proofResults.find((known) => known === detail.result);
    if (result) this.#fold.takeAnswer(subjectName, result, observedAtMs);
  }

  #readTag(record: TracedRecord) {
    const { subjectName: epc, detail, observedAtMs, uptimeMs, bootCount, clockTrust, shipmentName } = record;
    const until = typeof detail?.lastSeenUptimeMs === 'number' ? detail.lastSeenUptimeMs : uptimeMs;
    const chip = chipOf(detail);
    const { facts, forgotten, hadChip, asks } = this.#fold.takeRead({
      ...{ epc, chip, proof: toldProof(detail), shipment: shipmentName },
      sighted: {
        ...{ atMs: observedAtMs, uptimeMs, untilUptimeMs: Math.max(uptimeMs, until), bootCount, clockTrust },
        reader: readerOf(detail),
      },
    });
    return { facts, isFirstChip: chip !== undefined && !hadChip, forgotten, asks };
  }

  #tell(draft: DraftRecord, facts: TagFacts, isFirstChip: boolean, judgeState: StateRow[]): DraftRecord[] {
    const { subjectName: epc, detail, observedAtMs, clockTrust } = draft;
    const chip = chipOf(detail);
    const { identity, known } = this.#look(epc, chip ?? facts.chip ?? undefined, detail);
    const judged = judgeTag({
      ...{ identity, known, facts, chip, isFirstChip, clockTrust, atMs: observedAtMs },
      chipAnswers: typeof detail?.chipAnswers === 'boolean' ? detail.chipAnswers : undefined,
      isLeftOut: identity.kind === 'item' && this.#isLeftOut(identity.gtin, epc),
      maxAgeMs: this.#settings.maxAgeMs,
      asksService: this.#settings.asksService,
    });
    const codes = judged.findings.map(({ code }) => code).join(' ');
    const before = this.#told.get(epc);
    // A reader may see a tag before it has read its chip: what the chip shows then is told as well, once.
    const shown = Math.max(judged.shown.chip, before?.shown ?? 0);
    const proven = Math.max(judged.shown.proof, before?.proven ?? 0);
    const isAsBefore = before?.verdict === judged.verdict && before.codes === codes;
    const isMore = shown !== (before?.shown ?? shown) || proven !== (before?.proven ?? 0);
    if (isAsBefore && !isMore) return [];
    if (!before) this.#count += 1;
    const told: Told = {
      ...{ number: before?.number ?? this.#count, verdict: judged.verdict, codes, shown },
      ...(proven === 0 ? {} : { proven }),
    };
    this.#told.set(epc, told);
    judgeState.push([tellPrefix + epc, JSON.stringify(told)]);
    if (!before) judgeState.push([countKey, String(this.#count)]);
    const document = {
      ...{ type: 'tag-authenticity', case: `tag-${told.number}`, reader: readerOf(detail) },
      ...judgedDocument(judged),
      ...(before ? { before: before.verdict } : {}),
      ...(known?.kind === 'found' || known?.kind === 'absent' ? { knownAsOfMs: known.asOfMs } : {}),
    };
    return [
      { ...draft, kind: recordKinds.tagAuthenticity, value: judged.level, quality: 0, detail: document },
    ];
  }

  /** Hashing is done once per tag and chip, not once per read. */
  #look(epc: string, chip: string | undefined, detail: DetailDocument | undefined): Looked {
    const held = this.#looked.get(epc);
    if (held && held.chip === chip) return held;
    const identity =
      held?.identity ?? identityOf(epc, typeof detail?.pc === 'string' ? detail.pc : undefined);
    const isItem = identity.kind === 'item';
    const known = isItem ? this.#knowledge?.find(identity.gtin, identity.serial, chip) : undefined;
    const looked = { identity, chip, known };
    if (this.#looked.size >= READS_PER_FOLD * 4) this.#looked.clear();
    this.#looked.set(epc, looked);
    return looked;
  }
}

const chipOf = (detail: DetailDocument | undefined) =>
  typeof detail?.chip === 'string' ? detail.chip : undefined;

const readerOf = (detail: DetailDocument | undefined) =>
  typeof detail?.reader === 'string' ? detail.reader : 'unknown';
