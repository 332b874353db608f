// The system clock of one process under the test's hand (libfaketime), and the file that a time service touches. The
// monotonic clock and the times of files stay true.

import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's multiarch folder of the library. */
function libraryPath(): string | undefined {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return folders
    .map((folder) => join('/usr/lib', folder, 'faketime', 'libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
}

export class FakedClock {
  /** The file that is touched at each synchronisation. */
  readonly mark: string;
  readonly #offsetFile: string;
  /** What the system clock says less the truth. */
  offsetMs = 0;

  constructor(folder: string) {
    this.mark = join(folder, 'synchronised');
    this.#offsetFile = join(folder, 'clock-offset');
    this.set(0);
  }

  /** What must stand before the command. */
  get wrapper(): readonly string[] {
    return [
      'env',
      `LD_PRELOAD=${libraryPath()}`,
      `FAKETIME_TIMESTAMP_FILE=${this.#offsetFile}`,
      ...['FAKETIME_NO_CACHE=1', 'NO_FAKE_STAT=1'],
      ...['FAKETIME_DONT_FAKE_MONOTONIC=1', 'DONT_FAKE_MONOTONIC=1'],
    ];
  }

  /** Another hand sets the clock. */
  set(offsetMs: number): void {
    this.offsetMs = Math.round(offsetMs / 1000) * 1000;
    const seconds = this.offsetMs / 1000;
    writeFileSync(this.#offsetFile, `${seconds < 0 ? '' : '+'}${seconds}`);
  }

  /** A time service sets it right, and says so. */
  synchronise(): void {
    this.set(0);
    if (!existsSync(this.mark)) writeFileSync(this.mark, '');
    const now = new Date();
    utimesSync(this.mark, now, now);
  }
}
