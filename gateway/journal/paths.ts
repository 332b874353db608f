// Where things lie in the data folder.

import { join } from 'node:path';

/** The one database of a gateway. */
export const journalPathOf = (dataDir: string): string => join(dataDir, 'journal.db');

/** The file that gives its room back when the disk is full. */
export const ballastPathOf = (dataDir: string): string => join(dataDir, 'ballast');
