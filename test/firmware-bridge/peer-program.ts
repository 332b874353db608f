// Whether a Debian program that a suite needs is installed. A missing one skips the suite with a printed reason,
// or fails it where COLDGATE_REQUIRE_PEERS=1 says that it must be there.

import { spawnSync } from 'node:child_process';

/** `packageName` is the Debian package that has the program. */
export function hasProgram(name: string, packageName = name): boolean {
  const isThere = spawnSync(name, ['-V'], { stdio: 'ignore' }).error === undefined;
  if (isThere) return true;
  if (process.env.COLDGATE_REQUIRE_PEERS === '1') throw new Error(`${name} is not installed`);
  console.warn(`skipped: ${name} is not installed (apt-get install ${packageName})`);
  return false;
}
