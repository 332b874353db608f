// Folds the records of a shipment's span, once, into all that a report tells of it. Readings go into columns; everything
// else is looked at word by word, and a word that does not give the hash in its record is a broken place. Pure but for
// the names and documents, which are read from the journal.

import { equalBytes, readUint } from '../../ledger-sync/evidence/bytes.js';
import { type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { documentOf } from '../epcis/source-record.js';
import { type BootOnAxis, JudgeClock } from '../excursions/judge-clock.js';
import { inputOf, type JudgedRecord } from '../excursions/judged-input.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { type AuditEntry, entryOf, mayEnter } from '../reviews/audit-entry.js';
import { type BrokenPlace, placeAt } from '../reviews/broken-place.js';
import { type CheckedRecord, WordCheck } from '../reviews/checked-record.js';
import { BootAxis } from './boot-axis.js';
import { ExcursionFold } from './excursion-fold.js';
import { OrderFold } from './order-fold.js';
import type { SpanSink } from './proven-span.js';
import { ReadingColumns } from './reading-columns.js';
import { ReviewFold } from './review-fold.js';
import type { SignerBook } from './signer-book.js';
import { SurroundingsFold } from './surroundings-fold.js';

/** In memory until the end, some kilobytes each; the audit command shows all. */
const MAX_AUDIT_ENTRIES = 20_000;
const MAX_PLACES = 100;
/** Of a subject's hash, as the key of a map. */
const KEY_BYTES = 4;

export interface FoldTerms {
  /** 16 bytes, as records name the shipment. */
  readonly shipment: Uint8Array;
  readonly book: SignerBook;
}

interface KnownSubject {
  readonly hash: Uint8Array;
  readonly name: string | undefined;
  readonly columns: ReadingColumns;
}

/** The end of the span in time. */
interface LastMoment {
  readonly bootCount: number;
  readonly uptimeMs: number;
  readonly observedAtMs: number;
}

/** What is about the gateway as a whole, and so about every shipment on board. */
const gatewayKinds: ReadonlySet<number> = new Set([
  recordKinds.clockEvent,
  recordKinds.timeReference,
  recordKinds.dataLoss,
  recordKinds.configurationChange,
  recordKinds.operatorAction,
]);
const enters = mayEnter({});

export class ShipmentFold implements SpanSink {
  readonly axis = new BootAxis();
  readonly order: OrderFold;
  readonly reviews: ReviewFold;
  readonly excursions = new ExcursionFold();
  readonly surroundings = new SurroundingsFold();
  readonly audit: AuditEntry[] = [];
  readonly forged: BrokenPlace[] = [];
  /** By probe. */
  readonly readings = new Map<string, ReadingColumns>();
  readonly versions: { readonly version: string; readonly atMs: number; readonly sequence: number }[] = [];
  /** Of the shipment, by kind. */
  readonly counts = new Map<number, number>();
  auditEntries = 0;
  missingDetails = 0;
  unsynchronised = 0;
  /** Of them, those of which a later record says when they were made. */
  corrected = 0;
  first: EvidenceRecord | undefined;
  last: LastMoment | undefined;
  readonly #terms: FoldTerms;
  readonly #words: WordCheck;
  readonly #times: JournalReader['times'];
  /** By the first four bytes of the hash: two that share them are looked up in turn. */
  readonly #subjects = new Map<number, KnownSubject>();
  #bootClock = new JudgeClock();
  #bootCount: number | undefined;

  constructor(journal: JournalReader, terms: FoldTerms) {
    this.#terms = terms;
    this.#words = new WordCheck(journal);
    this.#times = journal.times;
    this.order = new OrderFold(terms.book);
    this.reviews = new ReviewFold(terms.book);
  }

  take(recorded: EvidenceRecord): void {
    const record = this.#times.placed(recorded);
    this.axis.take(record);
    this.first ??= record;
    this.last = record;
    const isOurs = record.shipment.length > 0 && equalBytes(record.shipment, this.#terms.shipment);
    if (isOurs) {
      this.counts.set(record.kind, (this.counts.get(record.kind) ?? 0) + 1);
      if (recorded.clockTrust === 0) this.unsynchronised += 1;
      if (record !== recorded) this.corrected += 1;
    }
    if (record.kind === recordKinds.temperature) {
      if (isOurs) this.#takeReading(record, recorded.observedAtMs);
      return;
    }
    const isAround = record.kind === recordKinds.door || record.kind === recordKinds.position;
    const isAudited = enters(record) && (isOurs || gatewayKinds.has(record.kind));
    if (!isAround && !isAudited) return;
    const checked = this.#checked(recorded);
    if (!checked) return;
    this.#takeEvent(checked, isOurs);
    if (isAudited) this.#enter(checked);
  }

  #takeEvent(checked: CheckedRecord, isOurs: boolean): void {
    const { record, name } = checked;
    const document = documentOf(checked);
    switch (record.kind) {
      case recordKinds.door:
        if (name !== undefined) this.surroundings.takeContact(record, name);
        break;
      case recordKinds.position:
        this.surroundings.takePosition(record, document);
        break;
      case recordKinds.clockEvent:
        this.surroundings.takeClockEvent(record, document);
        break;
      case recordKinds.timeReference:
        this.surroundings.takeTimeReference(record, document);
        break;
      case recordKinds.dataLoss:
        this.surroundings.takeLoss(record, document);
        break;
      case recordKinds.shipmentEvent:
        if (isOurs) this.order.take(document, record);
        break;
      case recordKinds.excursion:
        if (isOurs) this.excursions.take(document, record.sequence);
        break;
      case recordKinds.review:
        if (isOurs) this.reviews.take(document, record);
        break;
      case recordKinds.deviceCondition:
        if (isOurs && name !== undefined) this.#takeCondition(checked, name);
        break;
      case recordKinds.operatorAction:
        if (document.type === 'gateway-started' && typeof document.version === 'string') {
          this.versions.push({
            version: document.version,
            atMs: record.observedAtMs,
            sequence: record.sequence,
          });
        }
        break;
    }
  }

  #takeReading(record: EvidenceRecord, recordedAtMs: number): void {
    const subject = this.#subject(record);
    if (subject?.name === undefined) return;
    const checked = record.detail.length === 0 ? undefined : this.#checked(record);
    if (record.detail.length > 0 && !checked) return;
    const detail = checked && documentOf(checked);
    // A plain literal: spreading the record took a quarter of a whole report.
    const judged: JudgedRecord = {
      kind: record.kind,
      subjectName: subject.name,
      value: record.value,
      quality: record.quality,
      detail,
      observedAtMs: record.observedAtMs,
      uptimeMs: record.uptimeMs,
      bootCount: record.bootCount,
      clockTrust: record.clockTrust,
    };
    const input = inputOf(judged, this.#clockOf(record.bootCount));
    if (input?.kind !== 'reading') return;
    const { axisMs, observedAtMs, temperatureMilliC, isSuspect, doubt } = input.reading;
    subject.columns.push({
      sequence: record.sequence,
      bootCount: record.bootCount,
      uptimeMs: axisMs,
      measuredAtMs: observedAtMs,
      recordedAtMs: recordedAtMs === record.observedAtMs ? undefined : recordedAtMs,
      milliC: record.value,
      quality: record.quality,
      hasNumber: temperatureMilliC !== undefined,
      isSuspect,
      doubt,
      isLate: axisMs < record.uptimeMs,
    });
  }

  #takeCondition(checked: CheckedRecord, name: string): void {
    const { record } = checked;
    const input = inputOf(
      { ...record, subjectName: name, detail: documentOf(checked) },
      this.#clockOf(record.bootCount),
    );
    if (input?.kind === 'resolution') this.readings.get(name)?.resolve(input.outcome === 'confirmed');
  }

  /** The name is checked once: it cannot change while its hash does not. */
  #subject(record: EvidenceRecord): KnownSubject | undefined {
    const { subject: hash } = record;
    // A text as the key would cost more than all else here.
    const key = readUint(hash, 0, KEY_BYTES);
    const likely = this.#subjects.get(key);
    if (likely && equalBytes(likely.hash, hash)) return likely;
    const checked = this.#checked({ ...record, detail: new Uint8Array(0) });
    const name = checked && (checked.name ?? `subject ${Buffer.from(record.subject).toString('hex')}`);
    const columns = (name === undefined ? undefined : this.readings.get(name)) ?? new ReadingColumns();
    const subject = { hash: Uint8Array.from(hash), name, columns };
    this.#subjects.set(key, subject);
    if (name !== undefined) this.readings.set(name, columns);
    return subject;
  }

  #checked(record: EvidenceRecord): CheckedRecord | undefined {
    const checked = this.#words.check(record);
    if (!('forged' in checked)) {
      if (checked.detail === 'missing') this.missingDetails += 1;
      return checked;
    }
    const place = placeAt(record.sequence, `${checked.forged} is not what was signed`);
    if (this.forged.length < MAX_PLACES) this.forged.push(place);
    return undefined;
  }

  #enter(checked: CheckedRecord): void {
    this.auditEntries += 1;
    if (this.audit.length < MAX_AUDIT_ENTRIES) this.audit.push(entryOf(checked));
  }

  /** Gives uptimes back as they are: boots get their places only at the end. */
  #clockOf(bootCount: number): JudgeClock {
    if (this.#bootCount !== bootCount) {
      const boot: BootOnAxis = { bootCount, offsetMs: 0, before: null };
      this.#bootClock = new JudgeClock([boot]);
      this.#bootCount = bootCount;
    }
    return this.#bootClock;
  }
}
