// The sign of life of a version on probation: a small file in the data folder, in which the gateway role says which program it is
// and how far it has come. Read by the program of the version before, so fields are only added. Not written at other times.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { replaceFile } from '../journal/replace-file.js';
import { isThere, ownMark, processMarkSchema } from './process-mark.js';

const FILE = 'version-sign.json';

const signSchema = z.object({
  format: z.literal('coldgate-version-sign'),
  version: z.literal(1),
  /** Of one start of the role. */
  id: z.string(),
  software: z.string(),
  /** Of its package. */
  folder: z.string(),
  process: processMarkSchema,
  /** `running`: the role is up, and its first record is on the disk. */
  phase: z.enum(['starting', 'running']),
});

export type VersionSign = z.infer<typeof signSchema>;

/** Says how far this start is. @throws what the file system throws */
export class VersionSigns {
  readonly #dataDir: string;
  readonly #of: Pick<VersionSign, 'software' | 'folder'>;
  readonly #id = toHex(randomBytes(8));

  constructor(dataDir: string, of: Pick<VersionSign, 'software' | 'folder'>) {
    this.#dataDir = dataDir;
    this.#of = of;
  }

  tell(phase: VersionSign['phase']): void {
    const { software, folder } = this.#of;
    const sign: VersionSign = {
      ...{ format: 'coldgate-version-sign', version: 1, id: this.#id },
      ...{ software, folder, process: ownMark(), phase },
    };
    replaceFile(join(this.#dataDir, FILE), JSON.stringify(sign));
  }
}

export function readSign(dataDir: string): VersionSign | undefined {
  try {
    return signSchema.parse(JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

export const isSignAlive = (sign: VersionSign): boolean => isThere(sign.process);
