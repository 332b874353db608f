// Where things lie in the data folder.

import { join } from 'node:path';

/** The one database of a gateway. */
export const journalPathOf = (dataDir: string): string => join(dataDir, 'journal.db');
