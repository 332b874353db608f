// What a fresh gateway asks of the owner of its fleet, over a broker that anybody may read. It shows three things: that its
// maker has the code (an HMAC under a hash of the secret, so that a reader of the broker has 128 bits to guess), that it has
// the device key (a signature), and for which key an answer is to be sealed. It names the gateway that it is for by its topic.
// Said again it is the same request: whoever repeats it gets an answer that only its first maker can open.

import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { signRegistration } from '../../ledger-sync/anchor/registration-proof.js';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { hex, prefixedHex } from '../../ledger-sync/evidence/hex-field.js';
import { canonicalJson, detailHash } from '../../ledger-sync/evidence/jcs.js';
import { isSignedBy } from '../../ledger-sync/evidence/signature.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { jsonOf } from '../publish/json-payload.js';
import { type Invite, inviteIdOf, proofKeyOf } from './invite.js';

const PURPOSE = 'coldgate enrolment 1';
const MAX_REQUEST_BYTES = 4096;

export const address = prefixedHex(20);

export const enrolMessage = z.strictObject({
  version: z.literal(1),
  /** Of the fleet. */
  owner: address,
  /** Which code. */
  invite: hex(8),
  /** Of the device key. */
  gateway: address,
  /** X25519: what is for this gateway alone is sealed for it. */
  sealingKey: hex(32),
  /** Where the code names a registrar: the device key's proof for it. */
  registration: hex(64).exactOptional(),
  proof: hex(32),
  signature: hex(64),
});

export type EnrolRequest = z.infer<typeof enrolMessage>;

type Claim = Omit<EnrolRequest, 'version' | 'proof' | 'signature'>;

const claimed = (name: string, { owner, invite, gateway, sealingKey, registration }: Claim) => ({
  ...{ purpose: PURPOSE, name, owner, invite, gateway, sealingKey },
  ...(registration === undefined ? {} : { registration }),
});

const proofOf = (key: Uint8Array, name: string, claim: Claim) =>
  createHmac('sha256', key)
    .update(canonicalJson(claimed(name, claim)))
    .digest();

/** What the device key signs, and by what answers name the request. 32 bytes. */
export const requestDigest = (name: string, request: Omit<EnrolRequest, 'signature'>): Uint8Array =>
  detailHash({ ...claimed(name, request), proof: request.proof });

/** @param sealingKey public, 64 hex digits. @throws KeyError of a token */
export function makeEnrolRequest(invite: Invite, signer: Signer, sealingKey: string): EnrolRequest {
  const { name, owner, secret, ledger } = invite;
  const registration = ledger && {
    registration: toHex(
      signRegistration(
        signer,
        { chainId: ledger.chainId, verifyingContract: fromHex(ledger.contract) },
        fromHex(ledger.registrar),
      ),
    ),
  };
  const claim = {
    ...{ owner, invite: inviteIdOf(secret), gateway: `0x${toHex(signer.address)}`, sealingKey },
    ...registration,
  };
  const proof = toHex(proofOf(proofKeyOf(secret), name, claim));
  const request = { version: 1 as const, ...claim, proof };
  return { ...request, signature: toHex(signer.sign(requestDigest(name, request))) };
}

/** The shape of a request; undefined for anything else. */
export function parseEnrolRequest(payload: Uint8Array): EnrolRequest | undefined {
  if (payload.length > MAX_REQUEST_BYTES) return undefined;
  return enrolMessage.safeParse(jsonOf(payload)).data;
}

/** Whether its maker has the code. Cheap: ask it before `isDeviceSigned`. @param proofKey 32 bytes */
export const isProven = (name: string, request: EnrolRequest, proofKey: Uint8Array): boolean =>
  timingSafeEqual(proofOf(proofKey, name, request), fromHex(request.proof));

/** Whether its maker has the device key. About 3 ms. */
export const isDeviceSigned = (name: string, request: EnrolRequest): boolean =>
  isSignedBy(fromHex(request.gateway), requestDigest(name, request), fromHex(request.signature));
