// The end of the journal, as a start would look at it, and what the gateway finds wrong itself.

import type { JournalReader } from '../../journal/journal-reader.js';
import { walkLog } from '../../reviews/log-walk.js';
import type { Health } from '../read-health.js';
import { type DoctorCheck, type DoctorWord, fine, found, notice, skipped } from './doctor-check.js';

/** An hour of a busy truck; the whole log is for coldgate audit. */
const TAIL_RECORDS = 4096;
const RECORDS_PER_SIGNATURE = 512;

function tailWord(journal: JournalReader): DoctorWord {
  const size = journal.log.latestCheckpoint()?.size ?? 0;
  const places: string[] = [];
  const from = Math.max(0, size - TAIL_RECORDS);
  const end = walkLog(
    journal,
    { from, wants: () => false, recordsPerSignature: RECORDS_PER_SIGNATURE },
    { record: () => {}, broken: (place) => places.push(JSON.stringify(place)) },
  );
  if (places.length > 0 || end.stoppedAt !== undefined) {
    const where = places.slice(0, 3).join('; ') || `from record ${end.stoppedAt}`;
    return found(`the newest records are not what was signed: ${where}`);
  }
  return fine(`the newest ${size - from} of ${size} records are what was signed`);
}

/** @param journal undefined: there is none yet */
export function journalChecks(journal: JournalReader | undefined, health: Health | undefined): DoctorCheck[] {
  return [
    {
      id: 'journal',
      mend: 'keep the file as it is and copy it aside; coldgate audit names every place; then ask for recovery',
      look: () => (journal ? tailWord(journal) : skipped('there is no journal yet')),
    },
    {
      id: 'gateway',
      mend: 'coldgate status',
      look: () => (health ? healthWords(health) : skipped('the gateway has not run yet')),
    },
  ];
}

/** What other checks look at themselves is not told twice. */
const lookedAtElsewhere = /^(clock-untrusted|disk-low|disk-wear|calibration:)/;

function healthWords({ facts, findings }: Health): DoctorWord[] {
  const words = findings
    .filter(({ id }) => !lookedAtElsewhere.test(id))
    .map(({ severity, what, whatToDo }): DoctorWord => {
      return severity === 'notice' ? notice(what, whatToDo) : found(what, whatToDo);
    });
  if (words.length > 0) return words;
  return [
    fine(facts.isGatewayRunning ? 'the gateway role runs and finds nothing wrong' : 'nothing is wrong'),
  ];
}
