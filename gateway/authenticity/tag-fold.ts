// What the log says of each tag: its chip, where it was last, and what in its course cannot be. A fold over the records of
// tags, positions and shipments and nothing else, so that a restart at any point knows the same. Pure.

import type { Finding } from './finding.js';
import { type Fix, leastDistanceM, type Place, placeByFix } from './place.js';
import type { ProofResult } from './proof/proof-detail.js';
import { type ProofFacts, type ToldProof, takeAnswer, takeProof } from './proof/proof-fold.js';
import { missedPermille, UNLIKELY_PERMILLE } from './read-rate.js';
import { movementFinding, type Sighted } from './trace-rule.js';

/** One read of a tag, as its record has it. */
export interface TagRead {
  readonly epc: string;
  readonly chip: string | undefined;
  readonly proof?: ToldProof | undefined;
  readonly shipment: string | undefined;
  readonly sighted: Omit<Sighted, 'place'>;
}

/** Plain JSON. */
export interface TagFacts {
  /** Of the chip that was seen first under this EPC; null while none was read. */
  readonly chip: string | null;
  readonly last: Sighted;
  readonly shipment: string | null;
  /** Where it was first read as a part of the shipment. */
  readonly from: Place | null;
  readonly findings: readonly Finding[];
  /** Absent while its chip was never challenged. */
  readonly proof?: ProofFacts;
}

interface Loading {
  isUnderWay: boolean;
  /** Rounds in which any tag of the shipment was read while it was loaded. */
  rounds: number;
  /** Boot and number of the last one. */
  lastRound: string;
}

export interface TraceSettings {
  readonly maxSpeedKmh: number;
  /** Of a reader, in thousandths: how likely one round reads a tag that is there. */
  readonly readRatePermille: (reader: string) => number;
  /** Of a reader that stands; undefined for one that rides along. */
  readonly fixedPlace: (reader: string) => Place | undefined;
}

/** Readers cycle through their tags in a second or two; ten are a round for any of them. */
const ROUND_MS = 10_000;
/** A yard; beyond it goods have left the place where they were loaded. */
const YARD_M = 2_000;
/** Beyond it the tag that was not seen for longest is forgotten. */
const MAX_TAGS = 20_000;

export class TagFold {
  readonly #settings: TraceSettings;
  readonly #tags = new Map<string, TagFacts>();
  readonly #loadings = new Map<string, Loading>();
  #fix: Fix | undefined;

  constructor(settings: TraceSettings, saved?: string) {
    this.#settings = settings;
    if (saved === undefined) return;
    const { tags, loadings, fix } = JSON.parse(saved) as ReturnType<TagFold['snapshot']>;
    for (const [epc, facts] of tags) this.#tags.set(epc, facts);
    for (const [id, loading] of loadings) this.#loadings.set(id, loading);
    this.#fix = fix ?? undefined;
  }

  /** Tags that are remembered. */
  get size(): number {
    return this.#tags.size;
  }

  snapshot() {
    return { tags: [...this.#tags], loadings: [...this.#loadings], fix: this.#fix ?? null };
  }

  takeFix(fix: Fix): void {
    this.#fix = fix;
  }

  /** @param event as a record of the shipment names it */
  takeShipment(id: string, event: unknown): void {
    if (event === 'armed') this.#loadings.set(id, { isUnderWay: false, rounds: 0, lastRound: '' });
    const loading = this.#loadings.get(id);
    if (loading && event === 'departed') loading.isUnderWay = true;
    if (event === 'delivered' || event === 'closed') this.#loadings.delete(id);
  }

  /**
   * @returns what is known of the tag now, whether its chip was known before, the tag that was forgotten for it, and
   *   whether the maker's service is to be asked about this proof
   */
  takeRead({ epc, chip, proof, shipment, sighted }: TagRead) {
    const { reader } = sighted;
    const byFix = () => placeByFix(this.#fix, sighted, this.#settings.maxSpeedKmh);
    const now: Sighted = { ...sighted, place: this.#settings.fixedPlace(reader) ?? byFix() ?? null };
    const before = this.#tags.get(epc);
    const stays = before !== undefined && before.shipment === (shipment ?? null);
    const findings = new Map((before?.findings ?? []).map((finding) => [finding.code, finding]));
    const put = (finding: Finding | undefined) => finding && findings.set(finding.code, finding);
    if (before) put(movementFinding(before.last, now, this.#settings.maxSpeedKmh));
    if (before?.chip && chip !== undefined && chip !== before.chip) put({ code: 'two-chips' });
    const from = stays ? (before.from ?? now.place) : now.place;
    if (!stays) {
      findings.delete('late-appearance');
      findings.delete('moved-without-custody');
    }
    if (shipment !== undefined) {
      if (!stays) put(this.#lateness(shipment, reader));
      put(this.#movedEarly(shipment, from, now.place));
      this.#countRound(shipment, sighted);
    }
    const proven = proof && takeProof(before?.proof, proof, sighted.atMs);
    const held = proven?.proof ?? before?.proof;
    const facts: TagFacts = {
      ...{ chip: before?.chip ?? chip ?? null, last: now, shipment: shipment ?? null },
      ...{ from, findings: [...findings.values()], ...(held ? { proof: held } : {}) },
    };
    this.#tags.delete(epc);
    this.#tags.set(epc, facts);
    const hadChip = before !== undefined && before.chip !== null;
    return { facts, hadChip, forgotten: this.#forgetOldest(), asks: proven?.asks ?? false };
  }

  /** The maker's service has answered. @returns what is known of the tag now; undefined if nothing was known of it */
  takeAnswer(epc: string, result: ProofResult, atMs: number): TagFacts | undefined {
    const before = this.#tags.get(epc);
    if (!before?.proof) return undefined;
    const facts = { ...before, proof: takeAnswer(before.proof, result, atMs) };
    this.#tags.set(epc, facts);
    return facts;
  }

  /** First read when the goods had left: how likely was it missed in all the rounds of loading? */
  #lateness(shipment: string, reader: string): Finding | undefined {
    const loading = this.#loadings.get(shipment);
    if (!loading?.isUnderWay || loading.rounds === 0) return undefined;
    const { rounds } = loading;
    const permille = missedPermille(this.#settings.readRatePermille(reader), rounds);
    if (permille > UNLIKELY_PERMILLE) return undefined;
    return { code: 'late-appearance', numbers: { rounds, missedPermille: permille } };
  }

  /** Far from where it was loaded, and nobody has said that it left. */
  #movedEarly(shipment: string, from: Place | null, place: Place | null): Finding | undefined {
    if (!from || !place || this.#loadings.get(shipment)?.isUnderWay !== false) return undefined;
    const distanceM = leastDistanceM(from, place);
    return distanceM > YARD_M ? { code: 'moved-without-custody', numbers: { distanceM } } : undefined;
  }

  #countRound(shipment: string, { bootCount, uptimeMs }: Omit<Sighted, 'place'>): void {
    const loading = this.#loadings.get(shipment);
    const round = `${bootCount} ${Math.floor(uptimeMs / ROUND_MS)}`;
    if (!loading || loading.isUnderWay || loading.lastRound === round) return;
    loading.rounds += 1;
    loading.lastRound = round;
  }

  #forgetOldest(): string | undefined {
    if (this.#tags.size <= MAX_TAGS) return undefined;
    const [oldest] = this.#tags.keys();
    if (oldest !== undefined) this.#tags.delete(oldest);
    return oldest;
  }
}
