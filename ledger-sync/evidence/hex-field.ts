// Bytes in a JSON document: lower case, one form for one value.

import { z } from 'zod';

const digits = (bytes: number) => `[0-9a-f]{${bytes * 2}}$`;

/** @param error what a person is told, in place of the pattern */
export const hex = (bytes: number, error?: string | { readonly error: string }) =>
  z.string(error).regex(new RegExp(`^${digits(bytes)}`), error);

/** With 0x before it. */
export const prefixedHex = (bytes: number) => z.string().regex(new RegExp(`^0x${digits(bytes)}`));
