// A desk that judges tags of a lot, with reads, fixes and shipments in the words of records. Each draft that comes out is kept
// as a log, so that a restart can be played at any point of it.

import { AuthenticityDesk } from '../../../gateway/authenticity/authenticity-desk.js';
import type { Place } from '../../../gateway/authenticity/place.js';
import type { ProofAnswer } from '../../../gateway/authenticity/proof/proof-asks.js';
import type { ProofResult } from '../../../gateway/authenticity/proof/proof-detail.js';
import { SerialsKnowledge } from '../../../gateway/authenticity/serials-knowledge.js';
import { chipDetailOf } from '../../../gateway/authenticity/tag-identity.js';
import { type TracedRecord, tracedKinds } from '../../../gateway/authenticity/traced-record.js';
import type { DetailDocument, DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { CommissionedLot } from '../../../ledger-sync/serials/commissioned-lot.js';
import { type LotFile, lotKeyFileOf } from '../../../ledger-sync/serials/lot-file.js';
import { type SerialsSnapshot, signSnapshot, snapshotLot } from '../../../ledger-sync/serials/snapshot.js';
import { bitsToHex, field } from '../../firmware-bridge/epc/epc-encoder.js';
import { addressText, lotFileOf, signerNamed } from '../../ledger-sync/serials/serials-rig.js';
import { draftWith } from '../drafts.js';

export const START_MS = 1_790_000_000_000;
export const HOUR_MS = 3_600_000;
export const maker = `0x${'aa'.repeat(20)}`;
const publisher = signerNamed('publisher');
export const contract = `0x${'cc'.repeat(20)}`;
export const believed = { chainId: 31337, contract, publishers: [addressText(publisher)] };
/** Chips: of NXP without and with a secret, and a third one. */
export const chips = [
  'e2801160600002055555aaaa',
  'e2c06f9220000000aaaa1111',
  'e28011606000020500000001',
] as const;

/** SGTIN-96 of GTIN 09521234543213, or of another item of its company. */
export function epcOf(serial: number | string, item = 54_321): string {
  const head = field(0x30, 8) + field(1, 3) + field(5, 3) + field(9_521_234, 24);
  return bitsToHex(head + field(item, 20) + field(BigInt(serial), 38));
}

export function lotWith(serials: readonly number[], more: Partial<LotFile> = {}): CommissionedLot {
  const packs = serials.map((serial, index) => ({
    serial: String(serial),
    // The first pack's chip is bound.
    ...(index === 0 ? { tid: chips[0] } : {}),
  }));
  return new CommissionedLot(lotFileOf(serials.length, { packs, ...more }));
}

export interface Spent {
  readonly recalls?: number;
  readonly dispensed?: readonly number[];
  readonly decommissioned?: readonly number[];
  readonly madeAtMs?: number;
  readonly blockNumber?: number;
}

export function snapshotOf(lot: CommissionedLot, spent: Spent = {}): SerialsSnapshot {
  const { recalls = 0, madeAtMs = START_MS, blockNumber = 70 } = spent;
  const size = lot.tree.size;
  const bits = (indexes: readonly number[] = []) => {
    const bytes = new Uint8Array(Math.ceil(size / 8));
    for (const index of indexes) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
    return bytes;
  };
  const state = {
    ...{ maker, lot: lot.lotId, root: toHex(lot.tree.root), size, recalls },
    ...{ recallChanges: recalls, recallChangedAtMs: 0, spent: 0 },
  };
  const told = snapshotLot(lot, state, {
    dispensed: bits(spent.dispensed),
    decommissioned: bits(spent.decommissioned),
  });
  return signSnapshot(publisher, { chainId: 31337, contract, madeAtMs, blockNumber, lots: [told] });
}

export function knowledgeOf(lots: readonly CommissionedLot[], spent: Spent = {}): SerialsKnowledge {
  return new SerialsKnowledge({
    snapshots: lots.map((lot) => snapshotOf(lot, spent)),
    followed: [],
    keys: lots.map((lot) => lotKeyFileOf(lot.file, maker)),
  });
}

export interface Read {
  readonly epc: string;
  readonly tid?: string | undefined;
  readonly reader?: string;
  readonly shipment?: string | undefined;
  readonly clockTrust?: 0 | 1 | 2;
  /** What its chip answered to a challenge, and whether the gateway or its reader chose that. */
  readonly proof?: ProofResult;
  readonly challenge?: string;
  readonly challengedBy?: 'gateway' | 'reader';
}

/** Basel, and a point so many metres north of it. */
export const basel = { latitudeDegE7: 475_500_000, longitudeDegE7: 75_900_000 };
export const northOf = (metres: number) => ({
  ...basel,
  latitudeDegE7: basel.latitudeDegE7 + Math.round(metres / 0.0111195),
});

export class TagBench {
  readonly log: DraftRecord[] = [];
  readonly state = new Map<string, string>();
  readonly leftOut = new Set<string>();
  readonly fixed = new Map<string, Place>();
  knowledge: SerialsKnowledge | undefined;
  nowMs = START_MS;
  uptimeMs = 1_000_000;
  bootCount = 1;
  desk: AuthenticityDesk;
  #challenges = 0;

  constructor(
    readonly maxAgeMs = 72 * HOUR_MS,
    readonly asksService = true,
  ) {
    this.desk = this.#open();
  }

  wait(durationMs: number): this {
    this.nowMs += durationMs;
    this.uptimeMs += durationMs;
    return this;
  }

  know(knowledge: SerialsKnowledge): this {
    this.knowledge = knowledge;
    this.desk.adopt(knowledge);
    return this;
  }

  /** Reads a tag. @returns the verdict's record, if there is a new one */
  read(read: Read): DraftRecord | undefined {
    const { epc, tid, reader = 'dock', shipment, clockTrust = 2, proof } = read;
    this.#challenges += 1;
    const { challenge = this.#challenges.toString(16).padStart(12, '0'), challengedBy = 'gateway' } = read;
    const told = { suite: 'impinj', challengedBy, challenge, response: '071305dc7779e91a', result: proof };
    const chip = tid === undefined ? {} : chipDetailOf(epc, tid);
    const detail = {
      type: 'tag-sighting',
      reader,
      antenna: 1,
      count: 1,
      lastSeenUptimeMs: this.uptimeMs,
      ...chip,
      ...(proof === undefined ? {} : { proof: told as DetailDocument }),
    };
    const aside = proof === undefined ? {} : { aside: { shortTid: '11a210bc4c02fd00' } };
    const kind = recordKinds.tagSighting;
    const fields = { kind, subjectName: epc, isSalted: true, shipmentName: shipment, detail, clockTrust };
    return this.#take({ ...fields, ...aside });
  }

  /** What waits for the maker's service. */
  asks(): { readonly epc: string; readonly askedAtMs: number; readonly shortTid: string }[] {
    return [...this.state].flatMap(([key, value]) =>
      key.startsWith('authenticity/proof/') ? [JSON.parse(value)] : [],
    );
  }

  /** The maker's service has answered. @returns the records */
  answer(answer: ProofAnswer): readonly DraftRecord[] {
    const { nowMs: observedAtMs, uptimeMs, bootCount } = this;
    const base = draftWith({ observedAtMs, uptimeMs, bootCount, value: 0, clockTrust: 2 });
    const { drafts, judgeState } = this.desk.answer(answer, base);
    this.log.push(...drafts);
    for (const [key, value] of judgeState) this.#keep(key, value);
    return drafts;
  }

  /** A fix of the gateway's receiver. */
  fix({ latitudeDegE7, longitudeDegE7 }: typeof basel, hdopCenti = 100): this {
    const detail = { type: 'position', latitudeDegE7, longitudeDegE7, hdopCenti };
    this.#take({ kind: recordKinds.position, subjectName: 'gnss', detail });
    return this;
  }

  shipment(id: string, event: string): this {
    const detail = { type: 'shipment', event };
    this.#take({ kind: recordKinds.shipmentEvent, subjectName: id, shipmentName: id, detail });
    return this;
  }

  tick(): this {
    for (const [key, value] of this.desk.tick(this.log.length)) this.#keep(key, value);
    return this;
  }

  /** The role ends and starts again; the machine runs on unless told otherwise. */
  restart(isReboot = false): this {
    if (isReboot) {
      this.bootCount += 1;
      this.uptimeMs = 10_000;
    }
    this.desk = this.#open();
    return this;
  }

  #open(): AuthenticityDesk {
    const settings = {
      ...{ maxAgeMs: this.maxAgeMs, maxSpeedKmh: 120, readRatePermille: () => 900 },
      asksService: this.asksService,
      fixedPlace: (reader: string) => this.fixed.get(reader),
    };
    const isLeftOut = (_gtin: string, epc: string) => this.leftOut.has(epc);
    const desk = new AuthenticityDesk(settings, this.state, this.log.length, isLeftOut);
    for (const record of this.log.slice(desk.resumePosition)) {
      if (tracedKinds.has(record.kind)) desk.resume(record as TracedRecord);
    }
    if (this.knowledge) desk.adopt(this.knowledge);
    return desk;
  }

  #take(fields: Partial<DraftRecord>): DraftRecord | undefined {
    const { nowMs: observedAtMs, uptimeMs, bootCount } = this;
    const draft = draftWith({ observedAtMs, uptimeMs, bootCount, value: 0, ...fields });
    const { drafts, judgeState } = this.desk.take(draft);
    this.log.push(draft, ...drafts);
    for (const [key, value] of judgeState) this.#keep(key, value);
    return drafts[0];
  }

  #keep(key: string, value: string | undefined): void {
    if (value === undefined) this.state.delete(key);
    else this.state.set(key, value);
  }
}
