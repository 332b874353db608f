// The kinds of values in payloads under coldgate/1: how bytes, addresses, counts and moments are written. What is published
// may gain fields, so objects are loose: whoever reads ignores what it does not know.

import * as z from 'zod';
import { hex, prefixedHex } from '../../ledger-sync/evidence/hex-field.js';

/** Lower case only: one value has one text. */
export const hexOf = (bytes: number, description: string) => hex(bytes).meta({ description });

const addressOf = (description: string) => prefixedHex(20).meta({ description });

export const count = (description: string) => z.int().nonnegative().meta({ description });

export const text = (description: string) => z.string().meta({ description });

export const version = z.literal(1).meta({ description: 'of the topics and payloads below coldgate/1' });

export const gatewayAddress = addressOf('address of the device key: which gateway it is');

export const gatewayName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .meta({ description: 'as its configuration calls it; proves nothing' });

/** A byte string of CBOR; in a JSON Schema it can only be described. */
export function byteString(description: string, bytes?: number) {
  return z
    .custom<Uint8Array>(
      (value) => value instanceof Uint8Array && (bytes === undefined || value.length === bytes),
    )
    .meta({ description, 'x-cbor': bytes === undefined ? 'byte string' : `byte string of ${bytes} bytes` });
}

/** A JSON object of any fields. */
export const anyObject = (description: string) => z.record(z.string(), z.json()).meta({ description });
