// The one-time code by which a fresh gateway and the owner of a fleet find and believe each other. It goes from the owner to
// whoever stands at the gateway, on paper or by telephone, never over the broker: there only hashes of its secret appear.

import { isBrokerUrl } from '../../config/broker-fields.js';
import { identifierPattern } from '../../config/fields.js';
import {
  concatBytes,
  equalBytes,
  fromHex,
  readUint,
  toHex,
  writeUint,
} from '../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import { readTypedCode, typedCode } from './typed-code.js';

/** Where the owner will enter the gateway, and as whom. */
export interface InviteLedger {
  readonly chainId: number;
  /** 0x and 40 lower-case digits, both. */
  readonly contract: string;
  readonly registrar: string;
}

export interface Invite {
  /** Of the gateway; nobody else can use the code. */
  readonly name: string;
  /** 16 bytes, random. */
  readonly secret: Uint8Array;
  /** Unix ms, of a whole second. */
  readonly expiresAtMs: number;
  /** Address of the owner's key, 0x and 40 lower-case digits. */
  readonly owner: string;
  /** mqtt:// or mqtts:// with host and port. */
  readonly url: string;
  /** First 16 bytes of the SHA-256 of a CA's certificate (DER): no other is believed. */
  readonly caPin?: Uint8Array;
  readonly ledger?: InviteLedger;
}

const MARK = 'COLDGATE1';
const SECRET_BYTES = 16;
const ADDRESS_BYTES = 20;
export const CA_PIN_BYTES = 16;
const ID_BYTES = 8;
const FLAG_CA_PIN = 1;
const FLAG_LEDGER = 2;
const CHAIN_ID_BYTES = 6;
export const MAX_CHAIN_ID = 2 ** (8 * CHAIN_ID_BYTES) - 1;
const EXPIRY_BYTES = 5;
const MS_PER_SECOND = 1000;

const utf8 = new TextEncoder();

const uint = (width: number, value: number) => {
  const bytes = new Uint8Array(width);
  writeUint(bytes, 0, width, value);
  return bytes;
};

const counted = (text: string) => {
  const bytes = utf8.encode(text);
  return concatBytes(uint(1, bytes.length), bytes);
};

/** The code: text of capitals, digits and hyphens. */
export function inviteCode({ name, secret, expiresAtMs, owner, url, caPin, ledger }: Invite): string {
  const flags = (caPin ? FLAG_CA_PIN : 0) | (ledger ? FLAG_LEDGER : 0);
  return typedCode(
    MARK,
    concatBytes(
      uint(1, flags),
      uint(EXPIRY_BYTES, Math.round(expiresAtMs / MS_PER_SECOND)),
      secret,
      fromHex(owner),
      counted(name),
      counted(url),
      ...(caPin ? [caPin] : []),
      ...(ledger
        ? [uint(CHAIN_ID_BYTES, ledger.chainId), fromHex(ledger.contract), fromHex(ledger.registrar)]
        : []),
    ),
  );
}

/** What a code says; undefined if it is none, or a letter is wrong. Whether it is still valid is the owner's to say. */
export function parseInviteCode(text: string): Invite | undefined {
  const bytes = readTypedCode(MARK, text);
  if (!bytes) return undefined;
  let at = 0;
  const take = (width: number) => {
    at += width;
    return bytes.slice(at - width, at);
  };
  const takeUint = (width: number) => readUint(take(width), 0, width);
  const takeText = () => new TextDecoder().decode(take(takeUint(1)));
  const takeAddress = () => `0x${toHex(take(ADDRESS_BYTES))}`;
  const flags = takeUint(1);
  const expiresAtMs = takeUint(EXPIRY_BYTES) * MS_PER_SECOND;
  const secret = take(SECRET_BYTES);
  const owner = takeAddress();
  const name = takeText();
  const url = takeText();
  const caPin = flags & FLAG_CA_PIN ? take(CA_PIN_BYTES) : undefined;
  const ledger =
    flags & FLAG_LEDGER
      ? { chainId: takeUint(CHAIN_ID_BYTES), contract: takeAddress(), registrar: takeAddress() }
      : undefined;
  if (at !== bytes.length || flags > (FLAG_CA_PIN | FLAG_LEDGER)) return undefined;
  if (!identifierPattern.test(name) || !isBrokerUrl(url)) return undefined;
  return {
    ...{ name, secret, expiresAtMs, owner, url },
    ...(caPin ? { caPin } : {}),
    ...(ledger ? { ledger } : {}),
  };
}

const derived = (secret: Uint8Array, use: string) =>
  sha256(concatBytes(utf8.encode(`coldgate invite 1 ${use}`), secret));

/** By what a request names its code: 16 hex digits that tell nothing of the secret. */
export const inviteIdOf = (secret: Uint8Array): string => toHex(derived(secret, 'id').subarray(0, ID_BYTES));

/** 32 bytes by which a request shows that its maker has the code. */
export const proofKeyOf = (secret: Uint8Array): Uint8Array => derived(secret, 'proof');

/** Whether that certificate is the one that a code names. @param der its bytes */
export const isPinned = (pin: Uint8Array, der: Uint8Array): boolean =>
  equalBytes(sha256(der).subarray(0, CA_PIN_BYTES), pin);
