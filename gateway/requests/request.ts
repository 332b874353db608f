// A wish of a person or another process that must become a record: a shipment armed, an alert signed, a user made.
// Whoever wants it writes a row; the gateway role alone decides, and signs what came of it into the log. What may
// be asked, and by whom, is a handler's to say.

import type { DetailDocument } from '../sealing/draft-record.js';

export type Role = 'operator' | 'quality' | 'administrator' | 'auditor';

/** Who asks, as the gateway role has checked it. */
export interface Actor {
  /** Account name, or `local` while no account exists. */
  readonly name: string;
  readonly printedName: string;
  readonly role: Role;
  /** Both components of an electronic signature were given with this request, and were right. */
  readonly isSigned: boolean;
  /** What makes the signature checkable later (public key, signature over the request); undefined unless signed. */
  readonly signature: DetailDocument | undefined;
}

export interface Request {
  readonly id: number;
  /** Such as `shipment.arm`. */
  readonly kind: string;
  readonly document: DetailDocument;
  /** Unix ms when the row was written. */
  readonly createdAtMs: number;
}

/** What is kept beside the log, by key, as of the last commit and of the requests before this one. */
export interface StateView {
  get(key: string): string | undefined;
  /** All rows whose key begins with `prefix`, by key. */
  entries(prefix: string): readonly (readonly [key: string, value: string])[];
}

export interface RequestContext {
  readonly actor: Actor;
  readonly state: StateView;
  /** Unix ms now, as the system clock stands. */
  readonly nowMs: number;
}

/** A record that a request becomes; the rest of the draft is filled in where it is sealed. */
export interface RequestedRecord {
  /** One of recordKinds. */
  readonly kind: number;
  readonly subjectName: string;
  readonly value?: number;
  readonly shipmentName?: string;
  /** The name is of a person or a shipment: no list of names may be tried on its hash. */
  readonly isSalted?: boolean;
  /** The desk adds `by` (the actor) to it. */
  readonly detail: DetailDocument;
}

/** A row to keep; undefined removes it. */
export type StateChange = readonly [key: string, value: string | undefined];

export type RequestOutcome =
  | {
      readonly ok: true;
      /** At least one: nothing happens that the log does not hold. */
      readonly records: readonly RequestedRecord[];
      readonly state: readonly StateChange[];
      /** Shipment whose words are taken back, as one of the records says. */
      readonly erases?: string;
      /** What the asker is told. */
      readonly answer: DetailDocument;
    }
  | {
      readonly ok: false;
      /** SCREAMING_SNAKE_CASE. */
      readonly code: string;
      readonly reason: string;
      readonly hint: string;
      /** A refusal is recorded too, by the desk. This may change, such as a counter of failures. */
      readonly state?: readonly StateChange[];
    };

export interface RequestHandler {
  readonly kind: string;
  /** Who may ask. */
  readonly roles: readonly Role[];
  /** Whether the request itself must be signed with both components. */
  readonly needsSignature: boolean;
  /** Pure: no clock, no file. Must not throw for anything that a document may hold. */
  handle(request: Request, context: RequestContext): RequestOutcome;
}
