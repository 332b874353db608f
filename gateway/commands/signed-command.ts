// What a key signs when it commands a gateway from afar: SHA-256 of the canonical JSON of which gateway shall do what, and
// until when. A signature of this purpose can never be taken for one of the log's, or for a person's request.

import * as z from 'zod';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { canonicalJson, detailHash } from '../../ledger-sync/evidence/jcs.js';
import { isSignedBy } from '../../ledger-sync/evidence/signature.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { publicDocument } from '../accounts/signed-request.js';
import type { DetailDocument } from '../sealing/draft-record.js';

const PURPOSE = 'coldgate command 1';

/** All that is signed. */
export interface Command {
  /** Address of the gateway that is meant, 0x and 40 lower-case digits: no other one obeys. */
  readonly gateway: string;
  /** Such as `status`. */
  readonly name: string;
  /** Chosen by whoever commands, anew for each command. */
  readonly id: string;
  /** Name of the key, as the gateway's configuration calls it. */
  readonly key: string;
  /** Unix ms. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** What exactly is asked, where the command needs more than its name. */
  readonly parameters?: DetailDocument | undefined;
  /** Once it is signed. */
  readonly signature?: string;
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Longer ones stand in the records that they led to, or in files of their own. */
const MAX_PARAMETERS_CHARACTERS = 2_048;

/** What of a command with parameters goes into its record, so that its signature can be checked from the record alone. */
export function signedPart({ parameters, issuedAtMs, expiresAtMs, signature }: Command): DetailDocument {
  if (parameters === undefined) return {};
  const told = publicDocument(parameters);
  const isShort = canonicalJson(told).length <= MAX_PARAMETERS_CHARACTERS;
  const what = isShort ? { parameters: told } : { parametersHash: toHex(detailHash(told)) };
  return { ...what, issuedAtMs, expiresAtMs, ...(signature === undefined ? {} : { signature }) };
}

/** The message on .../command/{name}: the rest of what is signed follows from the topic and the gateway. */
export const commandMessage = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  key: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  issuedAtMs: z.int().nonnegative(),
  expiresAtMs: z.int().nonnegative(),
  parameters: z.custom<DetailDocument>(isObject).meta({ type: 'object' }).exactOptional(),
  /** 64 bytes of EIP-2098. */
  signature: hex(64),
});

/** What stands under `secret` in the parameters is signed by its hash, so that a record need not hold it to be checked. */
function commandDigest({ parameters, ...command }: Command): Uint8Array {
  const { gateway, name, id, key, issuedAtMs, expiresAtMs } = command;
  const told = parameters === undefined ? {} : { parameters: publicDocument(parameters) };
  return detailHash({ purpose: PURPOSE, gateway, name, id, key, issuedAtMs, expiresAtMs, ...told });
}

/** The payload to publish. @throws EvidenceError KEY_INVALID */
export function signCommand(privateKey: Uint8Array, command: Command): string {
  const { id, key, issuedAtMs, expiresAtMs, parameters } = command;
  const signature = toHex(new SoftwareSigner(privateKey).sign(commandDigest(command)));
  return JSON.stringify({ version: 1, id, key, issuedAtMs, expiresAtMs, parameters, signature });
}

/** Whether the key of that address signed exactly this. Never throws. */
export function isCommandSigned(address: string, command: Command, signature: string): boolean {
  try {
    return isSignedBy(fromHex(address.toLowerCase()), commandDigest(command), fromHex(signature));
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}
