// The alert desk between judges, people and the log, as the gateway role has it: what is seen or asked waits for the
// next commit of a real writer, and a restart finds what was committed.

import type {
  Actor,
  RequestedRecord,
  RequestOutcome,
  Role,
  StateChange,
} from '../../../gateway/requests/request.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { type Alert, readAlert } from '../../../gateway/reviews/alert.js';
import { AlertDesk } from '../../../gateway/reviews/alert-desk.js';
import { evidenceOf } from '../../../gateway/reviews/alert-evidence.js';
import { alertHandlers } from '../../../gateway/reviews/alert-handlers.js';
import { recoverPlaces } from '../../../gateway/reviews/alert-places.js';
import type { DetailDocument, DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../drafts.js';
import { journalReaderOf, openTestLog, type TestLog } from '../test-log.js';

export const START_MS = 1_795_420_800_000;
export const MINUTE_MS = 60_000;

function person(name: string, role: Role, isSigned = role === 'quality'): Actor {
  const signature = isSigned ? { kind: 'test' } : undefined;
  return { name, printedName: name.toUpperCase(), role, isSigned, signature };
}

export const omar = person('omar', 'operator');
export const dana = person('dana', 'quality');
export const wim = person('wim', 'quality');
export const unsignedWim = person('wim', 'quality', false);

/** An excursion's record as the judges make it. */
export function excursion(
  id: string,
  event: string,
  more: DetailDocument = {},
  atMs = START_MS,
): DraftRecord {
  return draftWith({
    kind: recordKinds.excursion,
    subjectName: 'cargo-front',
    shipmentName: 'SHIP-0001',
    observedAtMs: atMs,
    detail: {
      type: 'excursion',
      event,
      excursionId: id,
      severity: 'major',
      ...{ profile: 'vaccines', profileVersion: '3', profileHash: 'ab'.repeat(32) },
      ...{ rule: 'vaccines/warm', ruleId: 'warm', sensor: 'cargo-front', side: 'high', limitMilliC: 8000 },
      ...more,
    },
  });
}

export function condition(name: string, atMs = START_MS): DraftRecord {
  return draftWith({
    kind: recordKinds.deviceCondition,
    subjectName: 'probe-7',
    observedAtMs: atMs,
    detail: { type: 'device-condition', condition: name, reason: 'offset 100, before 0' },
  });
}

interface Entry {
  readonly drafts: readonly DraftRecord[];
  readonly rows: readonly StateChange[];
  /** Places, which a start finds in the log. */
  readonly isRecovered: boolean;
}

export class AlertBench {
  readonly log: TestLog = openTestLog();
  state = new StateStore(new Map());
  desk = new AlertDesk(this.state, 0);
  nowMs = START_MS;
  #waiting: Entry[] = [];

  /** Whether something waits for its commit that no restart could make again. */
  get isExposed(): boolean {
    return this.#waiting.some(({ isRecovered }) => !isRecovered);
  }

  see(draft: DraftRecord): readonly RequestedRecord[] {
    const { state, records } = this.desk.see(draft);
    this.#add([draft, ...records.map((record) => this.#draftOf(record))], state);
    return records;
  }

  passTime(nowMs: number): readonly RequestedRecord[] {
    this.nowMs = nowMs;
    const { state, records } = this.desk.passTime(nowMs);
    this.#add(
      records.map((record) => this.#draftOf(record)),
      state,
    );
    return records;
  }

  ask(step: string, document: DetailDocument, actor: Actor): RequestOutcome {
    const kind = `alert.${step}`;
    const handler = alertHandlers.find((known) => known.kind === kind);
    if (!handler) throw new Error(`no handler of ${kind}`);
    const outcome = handler.handle(
      { id: 1, kind, document, createdAtMs: this.nowMs },
      { actor, state: this.state, nowMs: this.nowMs },
    );
    if (outcome.ok) {
      this.#add(
        outcome.records.map((record) => this.#draftOf(record)),
        outcome.state,
      );
    }
    return outcome;
  }

  /** Asks, and fails the test if it is refused. */
  must(step: string, document: DetailDocument, actor: Actor) {
    const outcome = this.ask(step, document, actor);
    if (!outcome.ok) throw new Error(`${step}: ${outcome.code} ${outcome.reason}`);
    return outcome;
  }

  alert(id: string): Alert {
    const alert = readAlert(this.state, id);
    if (!alert) throw new Error(`no alert ${id}`);
    return alert;
  }

  /** What a signer is shown. */
  hashOf(id: string): string {
    return evidenceOf(this.alert(id))?.hash ?? '0'.repeat(64);
  }

  /** Seals what waits, in one commit. */
  commit(): void {
    const entries = this.#waiting;
    this.#waiting = [];
    if (entries.length === 0) return;
    const drafts = entries.flatMap((entry) => entry.drafts);
    const judgeState = entries.flatMap((entry) => entry.rows);
    const receipt = this.log.writer.seal(requestOf(drafts, { judgeState }));
    let sequence = receipt.firstSequence;
    for (const entry of entries) {
      this.desk.placed(entry.drafts, sequence);
      sequence += entry.drafts.length;
    }
    this.#add([], this.desk.sealed(receipt), true);
  }

  /** As after a power cut: what waits is gone. */
  restart(): void {
    this.#waiting = [];
    this.log.open();
    const journal = journalReaderOf(this.log);
    this.state = new StateStore(journal.judgeStates());
    this.#add([], recoverPlaces(this.state, journal), true);
    this.desk = new AlertDesk(this.state, this.log.writer.size);
  }

  #add(drafts: readonly DraftRecord[], rows: readonly StateChange[], isRecovered = false): void {
    this.state.apply(rows);
    if (drafts.length + rows.length > 0) this.#waiting.push({ drafts, rows, isRecovered });
  }

  #draftOf({ kind, subjectName, detail }: RequestedRecord): DraftRecord {
    return draftWith({ kind, subjectName, detail, observedAtMs: this.nowMs });
  }
}
