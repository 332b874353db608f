// What a configuration file is known by: the SHA-256 of its bytes, so that `sha256sum coldgate.yaml` tells the same.

import { createHash } from 'node:crypto';

/** 64 lower-case hexadecimal digits. */
export function configurationHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
