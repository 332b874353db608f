// Frames of the Phychips reader control protocol (PR9200, RED4S): the shared envelope, and the tag notice inside it,
// whose PC must fit the length of its EPC. The notice has neither RSSI nor the tag's CRC: the frame's CRC-16 is all there is.

import { hexOf, readUint16 } from '../bytes/words.js';
import { epcBytesTold } from '../epc/pc-word.js';
import { type RcpEnvelope, tryRcpEnvelope } from '../framing/rcp-envelope.js';
import type { TryFrame } from '../framing/scanner.js';
import { rcpCommands, rcpTypes } from './codes.js';

export interface RcpTagNotice {
  /** Lower-case hex. */
  readonly epc: string;
  /** Protocol-control word, four lower-case hex digits. */
  readonly pc: string;
}

const pcBytes = 2;

/** Frames of both directions. A tag notice whose PC does not fit its length is none. */
export const tryRcpFrame: TryFrame<RcpEnvelope> = (bytes, start) => {
  const attempt = tryRcpEnvelope(bytes, start);
  if (attempt.kind !== 'frame' || !isTagNotice(attempt.frame)) return attempt;
  return decodeRcpTagNotice(attempt.frame) === undefined ? { kind: 'bad-check' } : attempt;
};

/** The tag in a frame, or undefined where the frame is no tag notice. */
export function decodeRcpTagNotice(frame: RcpEnvelope): RcpTagNotice | undefined {
  const { parameters } = frame;
  if (!isTagNotice(frame) || parameters.length < pcBytes) return undefined;
  const epcBytes = epcBytesTold(readUint16(parameters, 0));
  if (parameters.length !== pcBytes + epcBytes) return undefined;
  return { epc: hexOf(parameters, pcBytes), pc: hexOf(parameters, 0, pcBytes) };
}

function isTagNotice({ type, command }: RcpEnvelope): boolean {
  return type === rcpTypes.notice && command === rcpCommands.readEpc;
}
