// Every framer as its driver uses it, with whole frames of its protocol. The frames are in frames.json, so that the
// bench measures with the same ones.

import { readFileSync } from 'node:fs';
import { maxBoardFrameBytes, tryBoardFrame } from '../../firmware-bridge/board/frame.js';
import { tryJsonLine } from '../../firmware-bridge/board/json-line.js';
import { maxChafonFrameBytes, tryReaderFrame as tryChafonReply } from '../../firmware-bridge/chafon/frame.js';
import type { TryFrame } from '../../firmware-bridge/framing/scanner.js';
import { maxM100FrameBytes, tryReaderFrame as tryM100Frame } from '../../firmware-bridge/m100/frame.js';
import { maxMercuryFrameBytes, tryMercuryReply } from '../../firmware-bridge/mercury/frame.js';
import { maxModbusFrameBytes, tryReadReply } from '../../firmware-bridge/modbus/frame.js';
import { maxSentenceBytes, trySentence } from '../../firmware-bridge/nmea/sentence.js';
import { maxR2000FrameBytes, tryReaderFrame as tryR2000Frame } from '../../firmware-bridge/r2000/frame.js';
import { rcpProtocol } from '../../firmware-bridge/rcp/wire-protocol.js';

export interface Framer {
  readonly name: string;
  readonly tryFrame: TryFrame<unknown>;
  readonly maxFrameBytes: number;
  /** Whether a CRC guards every frame that could become an observation. */
  readonly hasCrc: boolean;
  readonly frames: readonly Uint8Array[];
}

const frames = JSON.parse(readFileSync(new URL('frames.json', import.meta.url), 'utf8')) as Record<
  string,
  string[]
>;

function framer(name: string, hasCrc: boolean, maxFrameBytes: number, tryFrame: TryFrame<unknown>): Framer {
  const hex = frames[name];
  if (hex === undefined) throw new Error(`frames.json has no ${name}`);
  return {
    name,
    hasCrc,
    maxFrameBytes,
    tryFrame,
    frames: hex.map((text) => Uint8Array.from(Buffer.from(text, 'hex'))),
  };
}

/** What the bus asks of an XY-MD02 at unit 1. */
const request = { unit: 1, functionCode: 4, start: 1, quantity: 2 } as const;

export const framers: readonly Framer[] = [
  // A tag notice carries the tag's CRC-16; other frames have the 8-bit sum alone, and no observation comes of them.
  framer('m100', true, maxM100FrameBytes, tryM100Frame),
  framer('rcp', true, rcpProtocol.maxFrameBytes, rcpProtocol.tryFrame),
  framer('chafon', true, maxChafonFrameBytes, tryChafonReply),
  framer('mercury', true, maxMercuryFrameBytes, tryMercuryReply),
  framer('r2000', false, maxR2000FrameBytes, tryR2000Frame),
  framer('modbus', true, maxModbusFrameBytes, (bytes, start) => tryReadReply(request, bytes, start)),
  framer('nmea', false, maxSentenceBytes, trySentence),
  framer('board', true, maxBoardFrameBytes, tryBoardFrame),
  framer('board-json', true, maxBoardFrameBytes, tryJsonLine),
];
