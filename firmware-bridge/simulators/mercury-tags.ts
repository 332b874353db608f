// Tags in front of a virtual Mercury reader: what the reader says of each in a stream, and of its memory where that is read.

import {
  challengeBytes,
  decodeAuthenticateCommand,
  encodeAuthenticateReply,
} from '../mercury/authenticate.js';
import { mercuryStatuses } from '../mercury/statuses.js';
import { encodeStreamRecord } from '../mercury/tag-record.js';
import type { TagReadTrouble } from './fault-script.js';
import { type MemoryTag, readMemory, sameBytes } from './tag-memory.js';

export interface MercuryTag extends MemoryTag {
  rssiDbm: number;
}

const frequencyKHz = 866_900;
const tidBank = 2;
/** Troubles under which a tag still answers: its answer comes late, or is damaged on the line. */
const answeredTroubles: ReadonlySet<TagReadTrouble> = new Set(['ok', 'late', 'corrupt']);

/** Data of a stream reply. @param tidWords words of its TID that are read along; 0 for none */
export function streamRecordOf(
  tag: MercuryTag,
  antenna: number,
  tidWords: number,
  trouble: TagReadTrouble,
): Uint8Array {
  const read = { rssiDbm: tag.rssiDbm, antenna, frequencyKHz, offsetMs: 0 };
  if (tidWords === 0) return encodeStreamRecord(tag.epc, read);
  const wanted = { bank: tidBank, from: 0, words: tidWords };
  const answer = answeredTroubles.has(trouble) ? readMemory([tag], wanted, 0) : undefined;
  if (answer?.kind === 'data') return encodeStreamRecord(tag.epc, read, answer.data);
  return encodeStreamRecord(tag.epc, read, trouble === 'silent' ? new Uint8Array(0) : 'failed');
}

/** What firmware does with a challenge that it is told: takes it, makes its own, or knows no such command. */
export type ChallengeFirmware = 'takes' | 'makes' | 'unknown';

/** Status and data of the reply to a challenge. @param random 0..1 */
export function authenticateReplyOf(
  tags: readonly MercuryTag[],
  command: Uint8Array,
  firmware: ChallengeFirmware,
  random: () => number,
): { readonly status: number; readonly data: Uint8Array } {
  const nothing = new Uint8Array(0);
  const asked = decodeAuthenticateCommand(command);
  if (firmware === 'unknown' || asked === undefined)
    return { status: mercuryStatuses.unimplementedFeature, data: nothing };
  if ((asked.challenge === undefined) !== (firmware === 'makes'))
    return { status: mercuryStatuses.wrongNumberOfData, data: nothing };
  const tag = tags.find(({ tid }) => sameBytes(tid, asked.tid));
  if (tag === undefined) return { status: mercuryStatuses.noTagsFound, data: nothing };
  const own = Uint8Array.from({ length: challengeBytes }, () => Math.floor(random() * 256));
  const block = tag.answer(asked.challenge ?? own);
  if (block === undefined) return { status: mercuryStatuses.firstTagError, data: nothing };
  return {
    status: mercuryStatuses.ok,
    data: encodeAuthenticateReply(block, asked.challenge === undefined ? own : undefined),
  };
}
