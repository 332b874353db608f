// An input that never comes back stops the event loop, and with it every timer: a thread of its own looks whether the run
// goes on, says which input it was, and ends the process.

import { Worker } from 'node:worker_threads';

/** Of the wall, for a machine that does much else. */
const MOST_SECONDS = 120;

const watcher = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const [beat] = [new Int32Array(workerData.shared)];
  let last = -1, since = 0;
  setInterval(() => {
    const now = Atomics.load(beat, 0);
    since = now === last ? since + 1 : 0;
    last = now;
    if (since < workerData.seconds) return;
    writeSync(2, workerData.name + ': input ' + now + ' of seed ' + workerData.seed + ' does not come back\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;

/** `beat` before each input, `end` after the last. */
export function watched(name: string, seed: string): { beat(input: number): void; end(): void } {
  const shared = new SharedArrayBuffer(4);
  const beats = new Int32Array(shared);
  const worker = new Worker(watcher, {
    eval: true,
    workerData: { shared, name, seed, seconds: MOST_SECONDS },
  });
  worker.unref();
  return {
    beat: (input) => void Atomics.store(beats, 0, input),
    end: () => void worker.terminate(),
  };
}
