// Whose log a journal holds, and which boot of the machine this is.

import { describe, expect, it } from 'vitest';
import { claimIdentity, countBoot, readIdentity } from '../../../gateway/journal/identity.js';
import { openTestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

describe('the identity of a log', () => {
  it('is claimed once, and refuses another gateway without a change', () => {
    const { database, path, signer } = openTestLog();
    const before = readIdentity(database);
    expect(claimIdentity(database, signer.address, path)).toEqual(before);
    const fault = thrownBy(() => claimIdentity(database, new Uint8Array(20).fill(1), path));
    expect(fault.code).toBe('JOURNAL_OTHER_GATEWAY');
    expect(readIdentity(database)).toEqual(before);
  });

  it('counts a boot once, whatever starts in it', () => {
    const log = openTestLog();
    const boots = ['a', 'a', 'b', 'b', 'a'].map((bootId) => {
      log.open();
      return countBoot(log.database, bootId);
    });
    expect(boots).toEqual([1, 1, 2, 2, 3]);
  });
});
