// The file that only takes up room, on the disk of this machine.

import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Ballast } from '../../../gateway/journal/ballast.js';
import { tempFolder } from '../temp-folder.js';

const BALLAST_BYTES = 16 * 1024 * 1024;
const SECTOR_BYTES = 512;

describe('the ballast', () => {
  it('takes real blocks, so that there is something to give back', (context) => {
    const folder = tempFolder();
    const { bavail, bsize } = statfsSync(folder);
    context.skip(bavail * bsize < 4 * BALLAST_BYTES, 'this disk is nearly full itself');
    const path = join(folder, 'ballast');
    const ballast = new Ballast(path);
    ballast.fill();
    expect(statSync(path).size).toBe(BALLAST_BYTES);
    expect(statSync(path).blocks * SECTOR_BYTES).toBeGreaterThanOrEqual(BALLAST_BYTES);
    ballast.release();
    expect(statSync(path).blocks).toBe(0);
    ballast.fill();
    expect(statSync(path).size).toBe(BALLAST_BYTES);
  });

  it('is no trouble where it cannot be made', () => {
    const folder = tempFolder();
    const ballast = new Ballast(join(folder, 'missing', 'ballast'));
    ballast.fill();
    ballast.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});
