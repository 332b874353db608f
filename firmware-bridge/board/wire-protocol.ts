// Our own sensor boards for a technician's tools: both formats and the question, told apart by their second byte.
// A binary frame has there the head of a CBOR array (83, 85), a line text, the question a line feed.

import type { Attempt, TryFrame } from '../framing/scanner.js';
import type { Explanation, WireProtocol } from '../wire-protocol.js';
import { boardQuestion, maxBoardFrameBytes, refusalOfBoardFrame, tryBoardFrame } from './frame.js';
import { type BoardFrame, type BoardReading, boardFlags } from './frame-value.js';
import { refusalOfJsonLine, tryJsonLine } from './json-line.js';

/** A frame of either direction: only `?` goes to a board. */
export type BoardWireFrame = BoardFrame | { readonly kind: 'question' };

const [questionMark, lineFeed] = boardQuestion;
const openingBracket = 0x5b;
const arrayHeads = [0x83, 0x85];

const tryFrame: TryFrame<BoardWireFrame> = (bytes, start): Attempt<BoardWireFrame> => {
  const [first, second] = [bytes[start], bytes[start + 1]];
  if (first === 0) return { kind: 'none' };
  if (second === undefined) return { kind: 'more' };
  if (arrayHeads.includes(second)) return oneStep(tryBoardFrame(bytes, start));
  if (first === openingBracket) return oneStep(tryJsonLine(bytes, start));
  const isQuestion = first === questionMark && second === lineFeed;
  return isQuestion ? { kind: 'frame', frame: { kind: 'question' }, length: 2 } : { kind: 'none' };
};

/** What one format skips may hold a frame of the other. */
function oneStep<Frame>(attempt: Attempt<Frame>): Attempt<Frame> {
  return attempt.kind === 'none' || attempt.kind === 'bad-check' ? { kind: attempt.kind } : attempt;
}

function explain(frame: BoardWireFrame): Explanation {
  switch (frame.kind) {
    case 'question':
      return { text: 'question: who are you?', fields: { kind: 'question' } };
    case 'hello': {
      const { boardId, firmwareVersion } = frame;
      return {
        text: `hello of board ${boardId}, firmware ${firmwareVersion}`,
        fields: { kind: 'hello', boardId, firmwareVersion },
      };
    }
    case 'unreadable':
      return {
        text: `right check, content that is not understood: ${frame.reason}`,
        fields: { kind: 'unreadable', reason: frame.reason },
      };
    case 'reading':
      return explainReading(frame);
  }
}

function explainReading({ sequence, uptimeMs, flags, values }: BoardReading): Explanation {
  const hasProbeFault = (flags & boardFlags.probeFault) !== 0;
  const isStale = (flags & boardFlags.stale) !== 0;
  const words = [
    ...(hasProbeFault ? ['probe fault'] : []),
    ...(isStale ? ['stale'] : []),
    ...values.map(({ channel, milli }) => `channel ${channel} ${milli === null ? 'no value' : milli}`),
  ];
  return {
    text: `reading ${sequence} at ${uptimeMs} ms: ${words.join(', ') || 'no channels'}`,
    fields: {
      kind: 'reading',
      sequence,
      uptimeMs,
      flags,
      hasProbeFault,
      isStale,
      values: values.map(({ channel, milli }) => ({ channel, milli })),
    },
  };
}

function refusal(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  if (bytes[0] === openingBracket && !arrayHeads.includes(bytes[1] ?? 0)) return refusalOfJsonLine(bytes);
  if (bytes.length > 1 && !arrayHeads.includes(bytes[1] ?? 0)) {
    const second = (bytes[1] ?? 0).toString(16).padStart(2, '0');
    return `byte 1 is ${second}: neither a binary frame (83, 85) nor a line ([) nor the question (?)`;
  }
  return refusalOfBoardFrame(bytes);
}

export const boardProtocol: WireProtocol<BoardWireFrame> = {
  name: 'board',
  title: 'coldgate sensor boards, binary (COBS, CBOR, CRC-32) and JSON lines',
  tryFrame,
  maxFrameBytes: maxBoardFrameBytes,
  explain,
  refusal,
  question: {
    baudRates: [115_200, 57_600, 38_400, 19_200, 9600],
    requests: [boardQuestion],
    identity: (frame) =>
      frame.kind === 'hello' ? `board ${frame.boardId}, firmware ${frame.firmwareVersion}` : undefined,
  },
};
