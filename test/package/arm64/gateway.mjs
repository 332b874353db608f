// `coldgate run` on a machine: all roles as operators start them, ended as systemd or as a broken truck would.

import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mebibytesIn, roleOf } from '../../bench/role-process.mjs';

const SHOWN = 3000;

/** Process ids of a process and all below it. */
function familyOf(pid) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        // Field 4 of proc_pid_stat(5), counted behind the name, which may hold anything.
        return [
          Number(name),
          Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]),
        ];
      } catch {
        // It has gone.
        return [Number(name), -1];
      }
    });
  const family = [pid];
  for (const one of family) family.push(...parents.filter(([, of]) => of === one).map(([id]) => id));
  return family;
}

export class Gateway {
  #child;
  #ended;
  #log;

  /** @param scene with `machine`, `config` as the machine has it, and `work`, a folder outside for its log */
  constructor({ machine, config, work }) {
    this.#log = join(work, `${machine.name}.log`);
    const log = openSync(this.#log, 'a');
    this.startMs = performance.now();
    this.#child = machine.start([...machine.coldgate, 'run', '-c', config], {
      user: 'coldgate',
      stdio: ['ignore', log, log],
    });
    this.#ended = once(this.#child, 'exit');
  }

  /** What it has logged, at the end of it. */
  get said() {
    return readFileSync(this.#log, 'utf8').slice(-SHOWN);
  }

  /** Resident MiB by role. */
  memory() {
    const found = familyOf(this.#child.pid).map((pid) => [roleOf(pid), pid]);
    const roles = found.filter(([role]) => role !== undefined && role !== 'run');
    return Object.fromEntries(roles.map(([role, pid]) => [role, mebibytesIn(pid, 'status', 'VmRSS')]));
  }

  /** All its processes at once, as a power cut does to processes. */
  async kill() {
    for (const pid of familyOf(this.#child.pid)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It went with its parent.
      }
    }
    await this.#ended;
  }

  /** Asks it to end, as systemd does. @returns its exit code, or the signal that ended it */
  async stop() {
    this.#child.kill('SIGTERM');
    const [code, signal] = await this.#ended;
    return code ?? signal;
  }
}
