// A call to a contract that one person has signed and anybody may carry and pay: the file that passes between the two.

import * as z from 'zod';
import { prefixedHex } from '../../ledger-sync/evidence/hex-field.js';
import type { CliIo } from './cli-io.js';
import { writeNewFile } from './ledger-parts.js';

export interface SignedCall<Format extends string = string> {
  readonly format: Format;
  readonly version: 1;
  readonly chainId: number;
  /** 0x, lower case. */
  readonly contract: string;
  readonly data: string;
}

export function signedCallSchema<Format extends string>(format: Format) {
  return z.strictObject({
    format: z.literal(format),
    version: z.literal(1),
    chainId: z.int().min(1),
    contract: prefixedHex(20),
    data: z.string().regex(/^0x[0-9a-f]{8,20000}$/),
  });
}

/**
 * Writes the call, and says how it is carried.
 * @param sending the command that does, such as `coldgate serials send`
 * @throws UsageError WOULD_OVERWRITE; FileError FILE_UNWRITABLE
 */
export function writeSignedCall(
  path: string,
  call: SignedCall,
  sending: string,
  isJson: boolean | undefined,
  io: CliIo,
): void {
  writeNewFile(path, call);
  if (isJson === true) io.out(JSON.stringify({ ...call, file: path }));
  else io.out(`${path}: signed; anyone may carry it: ${sending} ${path}`);
}
