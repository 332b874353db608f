// Where requests are decided: each is authorised, given to the handler of its kind, and becomes records, state and an
// outcome in one commit. A refusal is a record as well. A crash before the commit leaves the row waiting, and the
// next start decides it again: carried out once, never half.

import type { Arrival } from '../../firmware-bridge/observation.js';
import { canonicalJson } from '../../ledger-sync/evidence/jcs.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { draftOf, type RecordContext } from '../intake/record-mapper.js';
import { MAX_REQUEST_BYTES, type WaitingRequest } from '../journal/request-rows.js';
import type { DetailDocument, DraftRecord } from '../sealing/draft-record.js';
import type { PipelineEntry } from '../sealing/log-pipeline.js';
import { parseShallowJson } from '../shallow-json.js';
import type {
  Actor,
  Request,
  RequestedRecord,
  RequestHandler,
  RequestOutcome,
  StateChange,
  StateView,
} from './request.js';
import type { StateStore } from './state-store.js';

/** At one look; the rest comes with the next. */
const REQUESTS_PER_LOOK = 16;

/** Says who asks, or why that is not believed. */
export type Authorise = (
  request: { readonly kind: string; readonly document: DetailDocument; readonly authorization: unknown },
  handler: Pick<RequestHandler, 'roles' | 'needsSignature'>,
  state: StateView,
  nowMs: number,
) => Authorisation;

export type Authorisation =
  | { readonly ok: true; readonly actor: Actor; readonly state: readonly StateChange[] }
  | (Extract<RequestOutcome, { ok: false }> & { readonly state: readonly StateChange[] });

export interface RequestDeskParts {
  readonly waiting: (afterId: number, limit: number) => readonly WaitingRequest[];
  readonly handlers: readonly RequestHandler[];
  readonly authorise: Authorise;
  readonly state: StateStore;
  readonly context: RecordContext;
  readonly now: () => Arrival;
  readonly add: (entry: PipelineEntry) => void;
  /** Called with the state rows that a request changed. */
  readonly onState: (changes: readonly StateChange[]) => void;
}

/** What somebody without a request row has asked, before it is in the log. */
export interface DecidedRequest {
  readonly outcome: RequestOutcome;
  readonly drafts: readonly DraftRecord[];
  readonly state: readonly StateChange[];
}

const unrecordable = {
  ok: false,
  code: 'REQUEST_MALFORMED',
  reason: 'it holds a number or text that no record can hold',
  hint: 'use whole numbers',
} as const;

interface Decision {
  readonly outcome: RequestOutcome;
  readonly actor: Actor | undefined;
  readonly state: readonly StateChange[];
}

export class RequestDesk {
  readonly #parts: RequestDeskParts;
  readonly #handlers: ReadonlyMap<string, RequestHandler>;
  #lastId = 0;

  constructor(parts: RequestDeskParts) {
    this.#parts = parts;
    this.#handlers = new Map(parts.handlers.map((handler) => [handler.kind, handler]));
  }

  /** Decides what waits. */
  look(): void {
    for (const row of this.#parts.waiting(this.#lastId, REQUESTS_PER_LOOK)) {
      this.#lastId = row.id;
      this.#settle(row);
    }
  }

  /**
   * Decides on what somebody asks whose right was shown in another way, such as by a command. Nothing happens before `put`.
   * @returns undefined where there is no such request, or where only a person with a signature may ask
   */
  decide(asked: Omit<Request, 'createdAtMs'>, actor: Actor): DecidedRequest | undefined {
    const handler = this.#handlers.get(asked.kind);
    if (!handler || handler.needsSignature || !handler.roles.includes(actor.role)) return undefined;
    const nowMs = Math.max(0, Math.round(this.#parts.now().unixMs));
    const request: Request = { ...asked, createdAtMs: nowMs };
    return this.decided(handler.handle(request, { actor, state: this.#parts.state, nowMs }), actor);
  }

  /** An outcome as what goes into the log; a refusal has no drafts, whoever asked says it in a record of their own. */
  decided(outcome: RequestOutcome, actor: Actor): DecidedRequest {
    if (!outcome.ok) return { outcome, drafts: [], state: outcome.state ?? [] };
    if (!outcome.records.every(isEncodable)) return { outcome: unrecordable, drafts: [], state: [] };
    const drafts = outcome.records.map((record) => this.#draftOf(record, actor));
    return { outcome, drafts, state: outcome.state };
  }

  /** Adds what was decided with whatever else belongs into the same commit. */
  put(entry: PipelineEntry, state: readonly StateChange[]): void {
    this.#parts.state.apply(state);
    this.#parts.add(entry);
    this.#parts.onState(state);
  }

  #settle(row: WaitingRequest): void {
    const { outcome, actor, state } = this.#decide(row);
    const records = outcome.ok ? outcome.records : [refusalOf(row, outcome)];
    const told = outcome.ok
      ? { ok: true, answer: outcome.answer }
      : { ok: false, code: outcome.code, reason: outcome.reason, hint: outcome.hint };
    const drafts = records.map((record) => this.#draftOf(record, actor));
    const results = [{ id: row.id, outcome: JSON.stringify(told), draftIndex: 0 }];
    const erased = outcome.ok && outcome.erases !== undefined ? { erases: outcome.erases } : {};
    this.put({ drafts, judgeState: state, results, isUrgent: true, ...erased }, state);
  }

  #decide(row: WaitingRequest): Decision {
    const refuse = (code: string, reason: string, hint: string): Decision => ({
      outcome: { ok: false, code, reason, hint },
      actor: undefined,
      state: [],
    });
    const handler = this.#handlers.get(row.kind);
    if (!handler)
      return refuse('REQUEST_UNKNOWN', 'there is no such request', 'update the program that asks');
    const size = row.document.length + (row.authorization?.length ?? 0);
    if (size > MAX_REQUEST_BYTES)
      return refuse('REQUEST_TOO_LARGE', `${size} characters`, 'ask for less at once');
    const document = objectOf(row.document);
    const authorization = row.authorization === null ? undefined : objectOf(row.authorization);
    if (!document || (row.authorization !== null && !authorization)) {
      return refuse('REQUEST_MALFORMED', 'the request is no JSON object', 'update the program that asks');
    }
    const nowMs = Math.max(0, Math.round(this.#parts.now().unixMs));
    const request: Request = { id: row.id, kind: row.kind, document, createdAtMs: row.created_ms };
    const asked = { kind: row.kind, document, authorization };
    const authorised = this.#parts.authorise(asked, handler, this.#parts.state, nowMs);
    if (!authorised.ok) return { outcome: authorised, actor: undefined, state: authorised.state };
    const { actor } = authorised;
    const outcome = handler.handle(request, { actor, state: this.#parts.state, nowMs });
    if (outcome.ok && !outcome.records.every(isEncodable)) {
      return refuse(unrecordable.code, unrecordable.reason, unrecordable.hint);
    }
    return { outcome, actor, state: [...authorised.state, ...(outcome.state ?? [])] };
  }

  #draftOf(record: RequestedRecord, actor: Actor | undefined): DraftRecord {
    const { context } = this.#parts;
    const draft = draftOf(context, {
      at: this.#parts.now(),
      kind: record.kind,
      subjectName: record.subjectName,
      value: record.value ?? 0,
      detail: actor ? { ...record.detail, by: byOf(actor) } : record.detail,
    });
    const { isSalted = false, shipmentName = draft.shipmentName } = record;
    return { ...draft, isSalted, shipmentName };
  }
}

function byOf({ name, printedName, role, signature }: Actor): DetailDocument {
  return { name, printedName, role, ...(signature ? { signature } : {}) };
}

function refusalOf(row: WaitingRequest, refusal: Extract<RequestOutcome, { ok: false }>): RequestedRecord {
  const { code, reason } = refusal;
  // The kind is whatever somebody wrote.
  const kind = row.kind.slice(0, 64);
  return {
    kind: recordKinds.operatorAction,
    subjectName: 'requests',
    detail: { type: 'request-refused', kind, code, reason },
  };
}

/** What cannot be encoded would stand before the writer for ever. */
function isEncodable({ detail, value = 0 }: RequestedRecord): boolean {
  try {
    canonicalJson(detail);
    return Number.isSafeInteger(value);
  } catch {
    return false;
  }
}

function objectOf(text: string): DetailDocument | undefined {
  try {
    const value = parseShallowJson(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as DetailDocument) : undefined;
  } catch {
    return undefined;
  }
}
