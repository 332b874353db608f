// What each framer of firmware-bridge takes: whole frames a second on one core, and the most bytes that it holds back
// while it is fed garbage that looks like the beginning of frames.

import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Scanner } from '../../dist/firmware-bridge/framing/scanner.js';
import { wireProtocols } from '../../dist/firmware-bridge/wire-protocols.js';
import { figureOf } from './progress.mjs';

const frames = JSON.parse(readFileSync(new URL('../fuzz/frames.json', import.meta.url), 'utf8'));
/** As a USB adapter delivers at most. */
const CHUNK_BYTES = 1024;
const STREAM_BYTES = 1024 * 1024;
const WARM_UP_ROUNDS = 2;
const MEASURE_MS = 1000;
const GARBAGE_BYTES = 4 * 1024 * 1024;
const GARBAGE_CHUNK_BYTES = 97;

const newScanner = ({ tryFrame, maxFrameBytes }) =>
  new Scanner(tryFrame, maxFrameBytes, { bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 });

function streamOf(hexFrames) {
  const once = Buffer.from(hexFrames.join(''), 'hex');
  const times = Math.ceil(STREAM_BYTES / once.length);
  return {
    bytes: Buffer.concat(Array.from({ length: times }, () => once)),
    frames: times * hexFrames.length,
  };
}

function feed(scanner, bytes, chunkBytes, onChunk) {
  let found = 0;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    found += scanner.push(bytes.subarray(at, at + chunkBytes)).length;
    onChunk?.();
  }
  return found;
}

function framesPerSecond(protocol) {
  const stream = streamOf(frames[protocol.name]);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) feed(newScanner(protocol), stream.bytes, CHUNK_BYTES);
  let found = 0;
  let rounds = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < MEASURE_MS) {
    found += feed(newScanner(protocol), stream.bytes, CHUNK_BYTES);
    rounds++;
  }
  const seconds = (performance.now() - startMs) / 1000;
  if (found !== rounds * stream.frames)
    throw new Error(`${protocol.name}: ${found} of ${rounds * stream.frames} frames`);
  return found / seconds;
}

/** Beginnings of frames, cut at any length, with noise between them. */
function garbageFor(hexFrames) {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(
    Buffer.alloc(GARBAGE_BYTES),
  );
  const garbage = Buffer.from(noise);
  for (let at = 0; at < garbage.length - 512; at += 64 + (noise[at] ?? 0)) {
    const frame = Buffer.from(hexFrames[noise[at + 1] % hexFrames.length], 'hex');
    frame.copy(garbage, at, 0, noise[at + 2] % frame.length);
  }
  return garbage;
}

function bytesHeld(protocol) {
  const scanner = newScanner(protocol);
  let most = 0;
  feed(scanner, garbageFor(frames[protocol.name]), GARBAGE_CHUNK_BYTES, () => {
    most = Math.max(most, scanner.pendingBytes);
  });
  return most;
}

export const framerMeasurements = wireProtocols.map((protocol) => {
  const speed = `framer.${protocol.name}.framesPerSecond`;
  const held = `framer.${protocol.name}.bytesHeldUnderGarbage`;
  return {
    figures: [speed, held],
    measure: async () => [
      figureOf(speed, framesPerSecond(protocol), 'frames/s'),
      figureOf(held, bytesHeld(protocol), 'bytes'),
    ],
  };
});
