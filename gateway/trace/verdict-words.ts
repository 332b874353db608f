// What records of authenticity say in a trace: verdicts on tags, makers' words on proofs, and verifications that people asked for.

import { textOf } from '../epcis/source-record.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { TraceEntry } from './trace-entry.js';

/** @returns undefined for a record that says nothing of a tag */
export function verdictWords(document: DetailDocument): Pick<TraceEntry, 'what' | 'words'> | undefined {
  const { type, verdict, finding, verification, state, reason, result } = document;
  if (type === 'tag-authenticity') {
    const why = textOf(finding);
    return { what: `tag-${verdict}`, words: `tag ${verdict}${why === undefined ? '' : `: ${why}`}` };
  }
  if (type === 'tag-proof')
    return { what: 'tag-proof', words: `its maker says of the chip's proof: ${result}` };
  if (type === 'verification-asked')
    return { what: 'verification-asked', words: `verification ${verification} asked` };
  if (type !== 'verification-answered') return undefined;
  const why = textOf(reason);
  const words = `verification ${verification}: ${state}${why === undefined ? '' : `, ${why}`}`;
  return { what: 'verification-answered', words };
}
