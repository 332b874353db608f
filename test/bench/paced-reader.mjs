// A virtual M100 reader on a TCP port that gives tag notices at a steady rate once the gateway polls it. Commands are
// answered by the project's own simulator; the notices come from here, so that each one's moment is known.

import { frameTypes, m100Commands } from '../../dist/firmware-bridge/m100/codes.js';
import { encodeM100Frame } from '../../dist/firmware-bridge/m100/frame.js';
import { encodeTagNotice } from '../../dist/firmware-bridge/m100/tag-notice.js';
import { M100Simulator } from '../../dist/firmware-bridge/simulators/m100-simulator.js';
import { serveOverTcp } from '../../dist/firmware-bridge/simulators/stream-server.js';

const TAGS = 50;
const TICK_MS = 1;

function noticeOf(readerIndex, tagIndex) {
  const epc = Buffer.from('3034257bf7194e4000000000', 'hex');
  epc.writeUInt16BE(readerIndex, 8);
  epc.writeUInt16BE(tagIndex, 10);
  const parameters = encodeTagNotice(epc, -55);
  const frame = encodeM100Frame({ type: frameTypes.notice, command: m100Commands.inventory, parameters });
  return { epc: epc.toString('hex'), frame };
}

/**
 * Puts the reader on a port.
 * @param onSent called with the EPC just before its bytes are written
 */
export async function startPacedReader({ index, perSecond, onSent }) {
  const notices = Array.from({ length: TAGS }, (_, tag) => noticeOf(index, tag));
  const simulator = new M100Simulator();
  let send;
  let timer;
  let polled;
  const hasPolled = new Promise((resolve) => {
    polled = resolve;
  });
  const device = {
    attach: (next) => {
      send = next;
      simulator.attach(next);
    },
    receive: (bytes) => {
      simulator.receive(bytes);
      if (simulator.isPolling) polled();
    },
    stop: () => simulator.stop(),
  };
  const served = await serveOverTcp(device);
  const pause = () => clearInterval(timer);
  return {
    port: served.port,
    polled: hasPolled,
    start: () => {
      const startMs = performance.now();
      let sent = 0;
      timer = setInterval(() => {
        const due = ((performance.now() - startMs) / 1000) * perSecond;
        for (; sent < due; sent++) {
          const { epc, frame } = notices[sent % TAGS];
          onSent(epc);
          send?.(frame);
        }
      }, TICK_MS);
    },
    pause,
    close: async () => {
      pause();
      await served.close();
    },
  };
}
