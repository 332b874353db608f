// Decides at the owner's desk who is taken into the fleet. That a code is used is on disk before anybody hears of it, and the
// same gateway may ask again for the same answer: its power may have failed before it read the first one. Knows no broker.

import { randomBytes } from 'node:crypto';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import type { Signer } from '../../../ledger-sync/evidence/signer.js';
import { type EnrolRefusal, signRefusal } from '../enrol-refusal.js';
import {
  type EnrolRequest,
  isDeviceSigned,
  isProven,
  parseEnrolRequest,
  requestDigest,
} from '../enrol-request.js';
import type { FleetFolder } from './fleet-folder.js';
import type { EnrolledGateway, GatewayFolder, KeptInvite } from './gateway-folder.js';
import { signNext } from './signed-next.js';

const REPORT_KEY_BYTES = 32;

export type EnrolOutcome =
  /** It is taken, for the first time or again: its newest configuration is to be published. */
  | { readonly kind: 'taken'; readonly isNew: boolean; readonly gateway: string; readonly payload: string }
  /** To be published. */
  | { readonly kind: 'refused'; readonly refusal: EnrolRefusal; readonly payload: string }
  /** Not for this fleet, or nothing that its maker could prove. */
  | { readonly kind: 'ignored' };

export interface EnrolmentDeskParts {
  readonly folder: FleetFolder;
  /** The owner's key. */
  readonly signer: Signer;
  readonly nowMs: () => number;
}

const unknown: EnrolRefusal = {
  code: 'CODE_UNKNOWN',
  reason: 'there is no such code for a gateway of this name',
  hint: 'ask the owner for a new one: coldgate fleet invite',
};
const used: EnrolRefusal = {
  code: 'CODE_USED',
  reason: 'another gateway was taken by this code',
  hint: 'if that was not yours, tell the owner at once; a new code comes from coldgate fleet invite',
};

export class EnrolmentDesk {
  readonly #parts: EnrolmentDeskParts;

  constructor(parts: EnrolmentDeskParts) {
    this.#parts = parts;
  }

  /**
   * Decides on a request.
   * @param name of the gateway, from the topic
   * @throws FleetError FLEET_UNREADABLE; what the file system throws
   */
  async decide(name: string, payload: Uint8Array): Promise<EnrolOutcome> {
    const { folder, signer, nowMs } = this.#parts;
    const request = parseEnrolRequest(payload);
    if (!request || request.owner !== folder.owner) return { kind: 'ignored' };
    const gateway = folder.gateway(name);
    const before = gateway.enrolled();
    if (before) {
      const isSame = before.gateway === request.gateway && before.sealingKey === request.sealingKey;
      if (!isDeviceSigned(name, request)) return { kind: 'ignored' };
      return isSame ? this.#taken(gateway, before, false) : this.#refused(name, request, used);
    }
    const invite = gateway.invite();
    // The cheap proof first: whoever floods the topic has no code.
    const isInvited = invite?.id === request.invite && isProven(name, request, fromHex(invite.proofKey));
    if (!isDeviceSigned(name, request)) return { kind: 'ignored' };
    if (!isInvited) return this.#refused(name, request, unknown);
    if (nowMs() > invite.expiresAtMs) {
      const reason = `the code was valid until ${new Date(invite.expiresAtMs).toISOString()}`;
      return this.#refused(name, request, { ...unknown, code: 'CODE_EXPIRED', reason });
    }
    return this.#take(gateway, invite, request, signer);
  }

  async #take(
    gateway: GatewayFolder,
    invite: KeptInvite,
    request: EnrolRequest,
    signer: Signer,
  ): Promise<EnrolOutcome> {
    if (invite.ledger && request.registration !== undefined) {
      gateway.keepRegistration({
        ...{ format: 'coldgate-registration', version: 1, ...invite.ledger, gateway: request.gateway },
        signature: `0x${request.registration}`,
      });
    }
    const taken: EnrolledGateway = {
      ...{ invite: invite.id, gateway: request.gateway, sealingKey: request.sealingKey },
      reportKey: randomBytes(REPORT_KEY_BYTES).toString('hex'),
      atMs: this.#parts.nowMs(),
    };
    if (!gateway.keepEnrolled(taken)) return this.decide(gateway.name, Buffer.from(JSON.stringify(request)));
    return this.#taken(gateway, taken, true, signer);
  }

  async #taken(
    gateway: GatewayFolder,
    { gateway: address }: EnrolledGateway,
    isNew: boolean,
    signer = this.#parts.signer,
  ): Promise<EnrolOutcome> {
    const newest = gateway.configuration(gateway.newestNumber());
    const signed =
      newest ?? (await signNext(signer, gateway, gateway.invite()?.text ?? '', this.#parts.nowMs()));
    return { kind: 'taken', isNew, gateway: address, payload: signed.payload };
  }

  #refused(name: string, request: EnrolRequest, refusal: EnrolRefusal): EnrolOutcome {
    const payload = signRefusal(this.#parts.signer, requestDigest(name, request), refusal);
    return { kind: 'refused', refusal, payload };
  }
}
