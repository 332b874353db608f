// The judge of tags from a configuration, for role-judges.ts; none where the configuration has no `authenticity`.

import type { Logger } from 'pino';
import type { Config } from '../../config/schema.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StateView } from '../requests/request.js';
import { AuthenticityDesk, type AuthenticitySettings, type IsLeftOut } from './authenticity-desk.js';
import { AuthenticityWatch } from './authenticity-watch.js';
import { KnownSerials } from './known-serials.js';
import { FIXED_ERROR_M, type Place } from './place.js';
import type { ProofAnswer } from './proof/proof-asks.js';
import { type JudgeProof, judgeWith } from './proof/proof-detail.js';
import { readTagKeys, TagKeys } from './proof/tag-keys.js';
import { StoredTraced } from './stored-traced.js';
import { VerificationDesk } from './verification/verification-desk.js';

const MS_PER_HOUR = 3_600_000;
const PERMILLE_PER_PERCENT = 10;
const DEFAULT_READ_RATE_PERCENT = 90;

/** @param size records in the log */
export function openAuthenticity(
  { authenticity }: Config,
  journal: JournalReader,
  size: number,
  isLeftOut: IsLeftOut,
  state: StateView,
  logger: Logger,
): AuthenticityWatch | undefined {
  if (!authenticity) return undefined;
  const stored = journal.judgeStates();
  const settings = settingsOf(authenticity);
  const desk = new AuthenticityDesk(settings, stored, size, isLeftOut);
  const verifications = new VerificationDesk(state, settings.maxAgeMs);
  const known = new KnownSerials(journal.serials, authenticity, ({ code, message, hint }) =>
    logger.error({ code, hint }, `${message}: it is left aside`),
  );
  const log = new StoredTraced(journal);
  const answers = () => journal.tagProofs.answers().filter(isProofAnswer);
  return new AuthenticityWatch(desk, known, verifications, log, stored, answers);
}

/** Judges chips' proofs by the owner's keys. @throws KeyError if their file cannot be used */
export function proofJudge({ authenticity }: Config): JudgeProof {
  const file = authenticity?.tagKeyFile;
  return judgeWith(file === undefined ? new TagKeys() : readTagKeys(file));
}

function isProofAnswer(row: { readonly result: string }): row is ProofAnswer {
  return ['passed', 'failed', 'no-key'].includes(row.result);
}

function settingsOf(config: NonNullable<Config['authenticity']>): AuthenticitySettings {
  const readers = new Map(config.readers.map((reader) => [reader.readerId, reader]));
  return {
    maxAgeMs: config.maxAgeHours * MS_PER_HOUR,
    asksService: config.tagService !== undefined,
    maxSpeedKmh: config.maxSpeedKmh,
    readRatePermille: (reader) =>
      (readers.get(reader)?.readRatePercent ?? DEFAULT_READ_RATE_PERCENT) * PERMILLE_PER_PERCENT,
    fixedPlace: (reader) => placeOf(readers.get(reader)),
  };
}

function placeOf(reader: { latitudeDegE7?: number; longitudeDegE7?: number } | undefined): Place | undefined {
  const { latitudeDegE7, longitudeDegE7 } = reader ?? {};
  if (latitudeDegE7 === undefined || longitudeDegE7 === undefined) return undefined;
  return { latitudeDegE7, longitudeDegE7, errorM: FIXED_ERROR_M };
}
