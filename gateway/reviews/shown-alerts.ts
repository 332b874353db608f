// The alerts of a gateway as people see them, whether it runs or not.

import { loadConfig } from '../../config/load.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { StateStore } from '../requests/state-store.js';
import { type PlacedAlert, placedAlerts } from './placed-alert.js';

/** @throws ConfigError, JournalError, AlertError */
export function readPlacedAlerts(configFile: string): readonly PlacedAlert[] {
  const journal = new JournalReader(journalPathOf(loadConfig(configFile).gateway.dataDir));
  try {
    return placedAlerts(new StateStore(journal.judgeStates()), journal);
  } finally {
    journal.close();
  }
}
