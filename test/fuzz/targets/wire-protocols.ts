// Damaged frames through what the technician's tools and the drivers do with them: cut, explain, or say why they are none.
// What noise may become is framers.test.ts; here nothing may throw.

import { Scanner } from '../../../firmware-bridge/framing/scanner.js';
import { maxGpsdLineBytes, tryGpsdLine } from '../../../firmware-bridge/gpsd/line.js';
import { maxModbusFrameBytes } from '../../../firmware-bridge/modbus/frame.js';
import { wireProtocols } from '../../../firmware-bridge/wire-protocols.js';
import { framers } from '../framers.js';
import { bytesOf, type FuzzTarget } from '../fuzz-target.js';

const gpsd = [
  '{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}\r\n',
  '{"class":"TPV","device":"/dev/ttyUSB0","mode":3,"time":"2026-03-01T08:00:00.000Z","lat":47.5596,"lon":7.5886,"speed":22.2}\r\n',
  '{"class":"SKY","hdop":0.8,"uSat":9,"satellites":[{"PRN":1,"used":true}]}\r\n',
];

const counters = () => ({ bytes: 0, frames: 0, badChecks: 0, discardedBytes: 0 });

/** One target for each protocol, and one for gpsd. */
export function wireTargets(): FuzzTarget[] {
  const protocols = wireProtocols.map(({ name, tryFrame, maxFrameBytes, explain, refusal }): FuzzTarget => {
    const known = framers.filter((framer) => framer.name.startsWith(name)).flatMap(({ frames }) => frames);
    return {
      name: `wire ${name}`,
      seeds: known,
      slice: 1500,
      share: 40,
      feed: (input) => {
        const scanner = new Scanner(tryFrame, maxFrameBytes, counters());
        const frames = [...scanner.push(input), ...scanner.flush()];
        for (const frame of frames) JSON.stringify(explain(frame));
        if (frames.length === 0 && input.length < maxModbusFrameBytes) refusal(input);
        return frames.length > 0 ? 'accepted' : 'refused';
      },
    };
  });
  return [...protocols, gpsdTarget];
}

const gpsdTarget: FuzzTarget = {
  name: 'wire gpsd',
  seeds: gpsd.map(bytesOf),
  isJson: true,
  slice: 1500,
  share: 30,
  feed: (input) => {
    const scanner = new Scanner(tryGpsdLine, maxGpsdLineBytes, counters());
    const line = new Uint8Array(input.length + 1).fill(0x0a);
    line.set(input);
    return [...scanner.push(line), ...scanner.flush()].length > 0 ? 'accepted' : 'refused';
  },
};
