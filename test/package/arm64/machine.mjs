// A machine on which the package runs: the arm64 Debian, or this one beside it, for comparison. Both have the same
// loopback, so whoever stands outside reaches both in the same way.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { into } from './emulation.mjs';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Only ends what hangs: a command takes some ten seconds under emulation. */
const COMMAND_LIMIT_MS = 10 * 60_000;

class Machine {
  /** @param root folder that is / to its programs, or holds what the package would put there */
  constructor({ name, root, isForeign, command, coldgate, node, places, environment }) {
    Object.assign(this, { name, root, isForeign, command, coldgate, node, places, environment });
  }

  /** The path of a file as this program has it. */
  outside(path) {
    return this.isForeign ? join(this.root, path) : path;
  }

  start(words, { user, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
    const [program, ...parameters] = this.command(words, user);
    return spawn(program, parameters, { stdio, env: this.environment });
  }

  /** Runs to its end. @returns `status`, `stdout`, `stderr` */
  async run(words, { user, limitMs = COMMAND_LIMIT_MS } = {}) {
    const child = this.start(words, { user });
    const texts = { stdout: '', stderr: '' };
    for (const name of Object.keys(texts)) {
      child[name].setEncoding('utf8').on('data', (text) => {
        texts[name] += text;
      });
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const [status, signal] = await once(child, 'close');
    clearTimeout(timer);
    return { status: status ?? signal, ...texts };
  }

  /** `coldgate` as the gateway's user. */
  ask(...words) {
    return this.run([...this.coldgate, ...words], { user: 'coldgate' });
  }
}

/** @param cpu as qemu has it: what the emulated machine can do */
export function arm64Machine({ root, cpu }) {
  const environment = {
    PATH,
    HOME: '/root',
    LANG: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
    QEMU_CPU: cpu,
  };
  const as = (user) =>
    user
      ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', 'env', 'HOME=/nonexistent']
      : [];
  return new Machine({
    ...{ name: 'arm64', root, isForeign: true, environment },
    command: (words, user) => into(root, [...as(user), ...words]),
    ...{ coldgate: ['coldgate'], node: ['node'] },
    places: {
      home: '/usr/lib/coldgate',
      etc: '/etc/coldgate',
      data: '/var/lib/coldgate',
      work: '/srv/arm64',
    },
  });
}

/** The same package for this machine, unpacked and not installed. */
export function ownMachine(folder) {
  const at = (path) => join(folder, path);
  const { NODE_EXTRA_CA_CERTS: _list, ...environment } = process.env;
  return new Machine({
    ...{ name: process.arch, root: folder, isForeign: false, environment },
    command: (words) => words,
    coldgate: [process.execPath, at('usr/lib/coldgate/dist/gateway/cli/coldgate.js')],
    node: [process.execPath],
    places: {
      home: at('usr/lib/coldgate'),
      etc: at('etc/coldgate'),
      data: at('var/lib/coldgate'),
      work: at('srv/arm64'),
    },
  });
}
