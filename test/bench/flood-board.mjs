// A virtual board on a TCP port that gives as many readings as it is told to: the bytes come from the product's own encoder,
// made beforehand, so that making them takes nothing from the gateway's cores.

import { encodeBoardFrame } from '../../dist/firmware-bridge/board/frame.js';
import { serveOverTcp } from '../../dist/firmware-bridge/simulators/stream-server.js';

export const CHANNELS = 8;
const U32 = 2 ** 32;

/**
 * Puts the board on a port.
 * @returns with `send(frames)`, which writes so many frames of `CHANNELS` readings each
 */
export async function startFloodBoard(index) {
  let send = () => {};
  let sequence = 0;
  let asked;
  const hasBeenAsked = new Promise((resolve) => {
    asked = resolve;
  });
  const hello = encodeBoardFrame({ kind: 'hello', boardId: `flood-${index}`, firmwareVersion: '1' });
  const served = await serveOverTcp({
    attach: (next) => {
      send = next;
    },
    receive: () => {
      send(hello);
      asked();
    },
    stop: () => {},
  });
  const frameOf = () =>
    encodeBoardFrame({
      kind: 'reading',
      sequence: sequence++ % U32,
      uptimeMs: (sequence * 10) % U32,
      flags: 0,
      values: Array.from({ length: CHANNELS }, (_, channel) => ({ channel, milli: 5000 + (sequence % 200) })),
    });
  return {
    port: served.port,
    asked: hasBeenAsked,
    framesOf: (count) => Array.from({ length: count }, frameOf),
    send: (bytes) => send(bytes),
    close: () => served.close(),
  };
}

/** The board's lines in a configuration. */
export const floodDevice = (index, port) =>
  `  - { id: flood-${index}, type: board, port: '${port}', cadenceMs: 60000, channels: [ ${Array.from(
    { length: CHANNELS },
    (_, channel) => `{ channel: ${channel}, sensorId: flood-${index}-${channel}, quantity: temperature }`,
  ).join(', ')} ] }`;
