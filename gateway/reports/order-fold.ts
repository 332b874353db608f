// What a shipment's own records tell of it: the order with its parties and profile, each step with who took it, and what
// the judges summed up when its watch ended. Records are the gateway's, but may be of an older program. Pure.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { checkSignature } from '../accounts/recorded-signature.js';
import { sectionOf, textOf, textsOf } from '../epcis/source-record.js';
import type { DetailDocument, DetailValue } from '../sealing/draft-record.js';
import { profileSchema } from '../shipments/profile-document.js';
import { readShipmentLabel } from '../shipments/shipment-label.js';
import { keyKnownOf, type SignerBook } from './signer-book.js';

/** Who did something, and whether the signature in the record holds. Plain JSON. */
export interface ReportActor {
  readonly name: string;
  readonly printedName: string | undefined;
  readonly role: string | undefined;
  readonly signature: ReportSignature | undefined;
}

export interface ReportSignature {
  /** `valid`: the key signed exactly this, and the gateway knows it as this person's. */
  readonly state: 'valid' | 'key-unknown' | 'invalid';
  readonly signer: string;
  readonly digest: string;
  readonly signedAtMs: number;
  /** Of the request: what was signed. */
  readonly kind: string;
  /** Why it is not valid. */
  readonly reason: string | undefined;
}

/** One step of a shipment's life. */
export interface CustodyStep {
  readonly event: string;
  readonly state: string;
  readonly atMs: number;
  /** Where its record lies in monotonic time. */
  readonly bootCount: number;
  readonly uptimeMs: number;
  readonly sequence: number;
  readonly by: ReportActor | undefined;
  readonly reason: string | undefined;
}

export interface Product {
  readonly gtin: string;
  readonly lot: string;
}

/** The `by` of a record. */
export function actorOf(by: DetailValue | undefined, book: SignerBook): ReportActor | undefined {
  if (by === undefined) return undefined;
  const { name, printedName, role, signature } = sectionOf(by);
  return {
    name: textOf(name) ?? '',
    printedName: textOf(printedName),
    role: textOf(role),
    signature: signature === undefined ? undefined : signatureOf(by, book),
  };
}

function signatureOf(by: DetailValue, book: SignerBook): ReportSignature {
  const recorded = sectionOf(sectionOf(by).signature);
  const check = checkSignature(by);
  const shown = {
    signer: textOf(recorded.signer) ?? '',
    digest: textOf(recorded.digest) ?? '',
    signedAtMs: typeof recorded.atMs === 'number' ? recorded.atMs : 0,
    kind: textOf(recorded.kind) ?? '',
  };
  if (!check.ok) return { state: 'invalid', ...shown, reason: check.reason };
  if (keyKnownOf(book, check.request.name, check.signer)) {
    return { state: 'valid', ...shown, reason: undefined };
  }
  return {
    state: 'key-unknown',
    ...shown,
    reason: `the gateway knows no key ${check.signer} of this person`,
  };
}

export class OrderFold {
  readonly #book: SignerBook;
  #order: DetailDocument | undefined;
  #profile: AlarmProfile | undefined;
  readonly steps: CustodyStep[] = [];
  /** By probe: the summary that was signed when its watch ended. */
  readonly judged = new Map<string, DetailDocument>();
  #sscc: string | undefined;

  constructor(book: SignerBook) {
    this.#book = book;
  }

  take(document: DetailDocument, at: EvidenceRecord): void {
    if (document.type === 'judged') {
      const sensor = textOf(document.sensor);
      if (sensor !== undefined) this.judged.set(sensor, document);
    }
    if (document.type !== 'shipment') return;
    const event = textOf(document.event) ?? '';
    if (event === 'created') this.#takeOrder(sectionOf(document.order), at.observedAtMs);
    if (document.profile !== undefined) this.#takeProfile(document.profile);
    this.steps.push({
      event,
      state: textOf(document.state) ?? '',
      atMs: at.observedAtMs,
      bootCount: at.bootCount,
      uptimeMs: at.uptimeMs,
      sequence: at.sequence,
      by: actorOf(document.by, this.#book),
      reason: textOf(document.reason),
    });
  }

  /** In force at the end; undefined: no order told one that can be read. */
  get profile(): AlarmProfile | undefined {
    return this.#profile;
  }

  get hasOrder(): boolean {
    return this.#order !== undefined;
  }

  get sscc(): string | undefined {
    return this.#sscc;
  }

  party(key: 'consignor' | 'consignee' | 'carrier'): string | undefined {
    return textOf(this.#order?.[key]);
  }

  get probes(): readonly string[] {
    return textsOf(this.#order?.probes);
  }

  get tags(): readonly string[] {
    return [...new Set([...textsOf(this.#order?.tags), ...textsOf(this.#order?.loadUnits)])];
  }

  get products(): readonly Product[] {
    const listed = this.#order?.products;
    if (!Array.isArray(listed)) return [];
    return listed
      .map(sectionOf)
      .map(({ gtin, lot }) => ({ gtin: textOf(gtin) ?? '', lot: textOf(lot) ?? '' }));
  }

  #takeOrder(order: DetailDocument, atMs: number): void {
    this.#order = order;
    this.#takeProfile(order.profile);
    const label = textOf(order.label);
    const read = label === undefined ? undefined : readShipmentLabel(label, new Date(atMs).getUTCFullYear());
    this.#sscc = read?.ok ? read.value.sscc : undefined;
  }

  #takeProfile(document: DetailValue | undefined): void {
    const read = profileSchema.safeParse(document);
    if (read.success) this.#profile = read.data;
  }
}
