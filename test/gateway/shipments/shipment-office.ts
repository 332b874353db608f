// A gateway role for tests of shipments: state, persons, and the handlers as the desk calls them.

import type { AlarmProfile, AlarmRule } from '../../../config/alarm-profile.js';
import type { Actor, RequestHandler, RequestOutcome, Role } from '../../../gateway/requests/request.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { profileDocument, profileHash } from '../../../gateway/shipments/profile-document.js';
import { shipmentHandlers } from '../../../gateway/shipments/shipment-handlers.js';

/** Monday, 23 November 2026. */
export const nowMs = 1_795_420_800_000;

function person(name: string, role: Role): Actor {
  const isSigned = role === 'quality';
  return { name, printedName: name, role, isSigned, signature: undefined };
}

export const driver = person('omar', 'operator');
export const loader = person('olga', 'operator');
export const reviewer = person('dana', 'quality');
export const approver = person('wim', 'quality');

export function rule(id: string, limits: Partial<AlarmRule>): AlarmRule {
  return {
    id,
    side: 'high',
    highMilliC: undefined,
    lowMilliC: undefined,
    inclusive: false,
    type: 'single',
    delayMs: 0,
    clearHysteresisMilliC: 0,
    severity: 'major',
    ...limits,
  };
}

export function profileOf(rules: readonly AlarmRule[], changes: Partial<AlarmProfile> = {}): AlarmProfile {
  const content = {
    name: 'vaccines',
    version: '3',
    title: 'Vaccines',
    source: 'stability statement of the maker',
    rules,
    intervalMs: 60_000,
    maxGapMs: 120_000,
    ignoreMs: 0,
    mkt: undefined,
    stability: [],
    isFrozen: false,
    ...changes,
  };
  return { ...content, hash: profileHash(content) };
}

/** 2 to 8 degrees. */
export const vaccines = profileOf([
  rule('warm', { side: 'high', highMilliC: 8000, delayMs: 36_000_000 }),
  rule('frost', { side: 'low', lowMilliC: 2000, delayMs: 3_600_000, severity: 'critical' }),
]);

/** An SSCC with a right check digit. */
export const sscc = '106141412345678908';

export function orderOf(id: string, changes: DetailDocument = {}): DetailDocument {
  return {
    id,
    profile: profileDocument(vaccines),
    probes: [`probe-of-${id}`],
    consignor: 'Example Pharma, Basel',
    consignee: 'City Hospital',
    carrier: 'Cold Lines',
    ...changes,
  };
}

/** The code of a refusal. */
export function codeOf(outcome: RequestOutcome): string | undefined {
  return outcome.ok ? undefined : outcome.code;
}

export class ShipmentOffice {
  readonly state = new StateStore(new Map());
  readonly #handlers: ReadonlyMap<string, RequestHandler>;

  constructor(handlers: readonly RequestHandler[] = shipmentHandlers) {
    this.#handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
  }

  ask(step: string, document: DetailDocument, actor: Actor = reviewer): RequestOutcome {
    const kind = `shipment.${step}`;
    const handler = this.#handlers.get(kind);
    if (!handler) throw new Error(`no handler of ${kind}`);
    const outcome = handler.handle(
      { id: 1, kind, document, createdAtMs: nowMs },
      { actor, state: this.state, nowMs },
    );
    this.state.apply(outcome.state ?? []);
    return outcome;
  }

  /** Asks, and fails the test if it is refused. */
  must(step: string, document: DetailDocument, actor: Actor = reviewer) {
    const outcome = this.ask(step, document, actor);
    if (!outcome.ok) throw new Error(`${step}: ${outcome.code} ${outcome.reason}`);
    return outcome;
  }
}
