// A configuration on its way from the owner of a fleet to one gateway: numbered, signed by the owner, and sealed for the
// gateway alone, since names of parties stand in it and the broker may be anybody's. The signature is over the sealed bytes
// and over whom they are for, so that nobody can take them for another gateway or seal something else in the owner's name.

import * as z from 'zod';
import { fromBase64url, fromHex, toBase64url, toHex } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import { isSignedBy } from '../../ledger-sync/evidence/signature.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { SealedError } from '../../ledger-sync/sealed/sealed-error.js';
import { openSealed, sealFile } from '../../ledger-sync/sealed/sealed-file.js';
import { MAX_PROPOSED_BYTES } from '../configuration/configuration-preview.js';
import { jsonOf } from '../publish/json-payload.js';
import { address } from './enrol-request.js';
import { FleetError } from './fleet-error.js';

const PURPOSE = 'coldgate configuration 1';
const CONTENT_TYPE = 'application/vnd.coldgate.configuration+json';
/** A text of 48 KiB, each character escaped, padded, sealed and in base64. */
export const MAX_CONFIGURATION_BYTES = 196_608;
/** Lengths tell as little as they can: a configuration is padded to a multiple of it. */
const PAD_BYTES = 4096;

export const configurationMessage = z.strictObject({
  version: z.literal(1),
  owner: address,
  gateway: address,
  /** Each is above the one before; a gateway takes none twice and goes back to none. */
  number: z.int().positive(),
  issuedAtMs: z.int().positive(),
  /** Not taken later than that. */
  expiresAtMs: z.int().positive().exactOptional(),
  /** base64url of a sealed file. */
  content: z.string().regex(/^[A-Za-z0-9_-]+$/),
  signature: hex(64),
});

export type ConfigurationMessage = z.infer<typeof configurationMessage>;

const insideSchema = z.strictObject({
  version: z.literal(1),
  /** By which the gateway reports to the owner alone, AES-256. */
  reportKey: hex(32),
  /** YAML of all sections but `gateway` and `fleet`, which are the gateway's own. */
  text: z.string(),
});

/** What is sealed in the message. */
export type FleetConfiguration = Omit<z.infer<typeof insideSchema>, 'version'>;

export interface ConfigurationAddress {
  /** Of the device key, 0x and 40 lower-case digits. */
  readonly gateway: string;
  /** Public, 64 hex digits. */
  readonly sealingKey: string;
  readonly number: number;
  readonly issuedAtMs: number;
  readonly expiresAtMs?: number | undefined;
}

function digestOf(message: Omit<ConfigurationMessage, 'signature'>): Uint8Array {
  const { version: _version, content, ...about } = message;
  return detailHash({
    purpose: PURPOSE,
    ...about,
    content: toHex(sha256(new TextEncoder().encode(content))),
  });
}

/**
 * Seals and signs. @returns the payload
 * @throws FleetError CONFIGURATION_TOO_LARGE; SealedError RECIPIENT_INVALID
 */
export async function signConfiguration(
  signer: Signer,
  { gateway, sealingKey, number, issuedAtMs, expiresAtMs }: ConfigurationAddress,
  { reportKey, text }: FleetConfiguration,
): Promise<string> {
  const size = Buffer.byteLength(text, 'utf8');
  if (size > MAX_PROPOSED_BYTES) {
    const message = `the configuration has ${size} bytes, a gateway takes ${MAX_PROPOSED_BYTES}`;
    throw new FleetError('CONFIGURATION_TOO_LARGE', message, 'leave out comments');
  }
  const inside = Buffer.from(JSON.stringify({ version: 1, reportKey, text }), 'utf8');
  const padded = Buffer.alloc(Math.ceil(inside.length / PAD_BYTES) * PAD_BYTES, ' ');
  inside.copy(padded);
  const content = toBase64url(await sealFile(padded, CONTENT_TYPE, [sealingKey]));
  const message = {
    ...{ version: 1 as const, owner: `0x${toHex(signer.address)}`, gateway, number, issuedAtMs },
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    content,
  };
  return JSON.stringify({ ...message, signature: toHex(signer.sign(digestOf(message))) });
}

/** Why a message is not for this gateway, from its owner. */
export type Unheard = 'too-large' | 'malformed' | 'other-gateway' | 'other-owner' | 'forged';

/** Judges the outside of a payload. @param whom addresses, 0x and 40 lower-case digits */
export function readConfiguration(
  payload: Uint8Array,
  whom: { readonly gateway: string; readonly owner: string },
): ConfigurationMessage | Unheard {
  if (payload.length > MAX_CONFIGURATION_BYTES) return 'too-large';
  const { data } = configurationMessage.safeParse(jsonOf(payload));
  if (!data) return 'malformed';
  if (data.gateway !== whom.gateway) return 'other-gateway';
  if (data.owner !== whom.owner) return 'other-owner';
  const { signature, ...signed } = data;
  return isSignedBy(fromHex(whom.owner), digestOf(signed), fromHex(signature)) ? data : 'forged';
}

/**
 * What is inside of a message that was judged good.
 * @param sealingKey private, 32 bytes
 * @throws SealedError SEALED_MALFORMED, NOT_FOR_THIS_KEY, SEALED_BROKEN
 */
export async function openConfiguration(
  { content }: ConfigurationMessage,
  sealingKey: Uint8Array,
): Promise<FleetConfiguration> {
  const opened = await openSealed(sealedBytes(content), sealingKey);
  const parsed = insideSchema.safeParse(jsonOf(opened.content));
  if (opened.contentType !== CONTENT_TYPE || !parsed.success) throw malformed('it holds no configuration');
  const { reportKey, text } = parsed.data;
  return { reportKey, text };
}

function sealedBytes(content: string): Uint8Array {
  try {
    return fromBase64url(content);
  } catch (error) {
    if (error instanceof EvidenceError) throw malformed(error.message);
    throw error;
  }
}

function malformed(what: string): SealedError {
  const hint = 'the owner’s program and this one differ: update the older one';
  return new SealedError('SEALED_MALFORMED', `the configuration cannot be read: ${what}`, hint);
}
