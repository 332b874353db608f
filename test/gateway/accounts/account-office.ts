// A gateway role for tests of accounts: persons with their keys and authenticators, and requests as the desk takes
// them, authorised and handled. Keys are not sealed here: what is sealed, the role never opens.

import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { readAccount } from '../../../gateway/accounts/account.js';
import { accountAuthorisation } from '../../../gateway/accounts/account-authorisation.js';
import { accountHandlers } from '../../../gateway/accounts/account-handlers.js';
import { signerOf } from '../../../gateway/accounts/sealed-key.js';
import {
  documentHashOf,
  newNonce,
  publicDocument,
  signRequest,
} from '../../../gateway/accounts/signed-request.js';
import type { RequestHandler, RequestOutcome, Role } from '../../../gateway/requests/request.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';

export const STEP_MS = 30_000;

export interface Person {
  readonly name: string;
  readonly printedName: string;
  readonly role: Role;
  readonly privateKey: Uint8Array;
  readonly signer: string;
  readonly totp: string;
}

/**
 * The same keys for the same name: by chance one code in 300,000 would be right where a test wants a wrong one.
 * @param edition of key and authenticator, for a reset
 */
export function person(name: string, role: Role, edition = 1): Person {
  const bytesOf = (what: string) => createHash('sha256').update(`${what} ${edition} of ${name}`).digest();
  const privateKey = Uint8Array.from(bytesOf('key'));
  const totp = Secret.fromHex(bytesOf('authenticator').toString('hex').slice(0, 40)).base32;
  return { name, printedName: `${name} Example`, role, privateKey, signer: signerOf(privateKey), totp };
}

/** As the command that asks would seal it, for a role that only keeps it. */
export function sealedKey(): DetailDocument {
  const random = (bytes: number) => Array.from({ length: bytes / 16 }, newNonce).join('');
  return {
    kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1, salt: random(32) },
    cipher: { name: 'aes-256-gcm', nonce: newNonce().slice(0, 24), tag: random(16), ciphertext: random(32) },
  };
}

export function createDocument({ name, printedName, role, signer, totp }: Person): DetailDocument {
  return { name, printedName, role, signer, secret: { key: sealedKey(), totp } };
}

export function codeAt(totp: string, unixMs: number): string {
  return TOTP.generate({ secret: Secret.fromBase32(totp), timestamp: unixMs });
}

/** What the command that asks makes of a request. */
export function authorizationOf(who: Person, kind: string, document: DetailDocument, atMs: number) {
  const signed = { name: who.name, atMs, nonce: newNonce() };
  const documentHash = documentHashOf(publicDocument(document));
  const { printedName, role } = who;
  const signature = signRequest(who.privateKey, { ...signed, kind, documentHash, printedName, role });
  return { ...signed, code: codeAt(who.totp, atMs), signature };
}

/** A judgement, as of a shipment or an alert. */
export const judge: RequestHandler = {
  kind: 'test.judge',
  roles: ['quality'],
  needsSignature: true,
  handle: ({ document }) => ({
    ok: true,
    records: [{ kind: recordKinds.review, subjectName: 'S1', detail: { type: 'judged', ...document } }],
    state: [],
    answer: {},
  }),
};

/** What a driver does. */
const load: RequestHandler = {
  ...judge,
  kind: 'test.load',
  roles: ['operator'],
  needsSignature: false,
};

/** What the desk would record of it, with the actor. */
interface Settled {
  readonly outcome: RequestOutcome;
  readonly details: readonly DetailDocument[];
}

export class AccountOffice {
  readonly state = new StateStore(new Map());
  /** Monday, 23 November 2026, at the start of a step. */
  nowMs = 1_795_420_800_000;
  /** All that ever left the role: answers, refusals, records. */
  readonly told: unknown[] = [];
  readonly #handlers: ReadonlyMap<string, RequestHandler>;

  /** @param more what can be asked here beside accounts and two things of a test */
  constructor(more: readonly RequestHandler[] = []) {
    const handlers = [...accountHandlers, judge, load, ...more];
    this.#handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
  }

  /** As the desk does it. */
  settle(kind: string, document: DetailDocument, authorization?: unknown): Settled {
    const handler = this.#handlers.get(kind);
    if (!handler) throw new Error(`no handler of ${kind}`);
    const { nowMs, state } = this;
    const authorised = accountAuthorisation({ kind, document, authorization }, handler, state, nowMs);
    if (!authorised.ok) {
      state.apply(authorised.state);
      this.told.push({ ...authorised, state: undefined });
      return { outcome: authorised, details: [] };
    }
    const { actor } = authorised;
    const outcome = handler.handle({ id: 1, kind, document, createdAtMs: nowMs }, { actor, state, nowMs });
    // In this order: the last row of a key counts.
    state.apply([...authorised.state, ...(outcome.state ?? [])]);
    const { name, printedName, role, signature } = actor;
    const by = { name, printedName, role, ...(signature ? { signature } : {}) };
    const details = outcome.ok ? outcome.records.map(({ detail }) => ({ ...detail, by })) : [];
    this.told.push({ ...outcome, state: undefined }, details);
    return { outcome, details };
  }

  /** Asks in the name of a person, with the code of a new step. */
  ask(who: Person, kind: string, document: DetailDocument): Settled {
    this.nowMs += STEP_MS;
    return this.settle(kind, document, authorizationOf(who, kind, document, this.nowMs));
  }

  /** Asks, and fails the test if it is refused. */
  must(who: Person | undefined, kind: string, document: DetailDocument): readonly DetailDocument[] {
    const { outcome, details } = who ? this.ask(who, kind, document) : this.settle(kind, document);
    if (!outcome.ok) throw new Error(`${kind}: ${outcome.code} ${outcome.reason}`);
    return details;
  }

  /** The code of the refusal, or `ok`. */
  codeOf(who: Person, kind: string, document: DetailDocument): string {
    const { outcome } = this.ask(who, kind, document);
    return outcome.ok ? 'ok' : outcome.code;
  }

  account(name: string) {
    const account = readAccount(this.state, name);
    if (!account) throw new Error(`no account ${name}`);
    return account;
  }
}

/** An office with an administrator, one of quality and a driver. */
export function staffedOffice() {
  const office = new AccountOffice();
  const [ada, dana, omar] = [
    person('ada', 'administrator'),
    person('dana', 'quality'),
    person('omar', 'operator'),
  ] as const;
  office.must(undefined, 'user.create', createDocument(ada));
  office.must(ada, 'user.create', createDocument(dana));
  office.must(ada, 'user.create', createDocument(omar));
  // So that the first code of a test is a new one for everybody.
  office.nowMs += STEP_MS;
  return { office, ada, dana, omar };
}
