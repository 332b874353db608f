// A child process that is killed again and again and started anew. The next one is kept loaded, with no state and
// nothing begun, so that a run sees many lives and not the loading of modules.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Ends a process without a word and waits until it is gone. */
async function end(child) {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Starts `file` of this folder, which begins its work when it is sent its settings. */
export function killable(file, settings) {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const load = () => spawn(process.execPath, [program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let next = load();
  let child;
  const begin = () => {
    child = next;
    child.send(settings());
    next = load();
  };
  begin();
  const kill = async () => {
    if (child.exitCode !== null) throw new Error(`${file} ended by itself with code ${child.exitCode}`);
    await end(child);
  };
  return {
    restart: async () => {
      await kill();
      begin();
    },
    /** For good. */
    stop: async () => {
      await kill();
      await end(next);
    },
  };
}
