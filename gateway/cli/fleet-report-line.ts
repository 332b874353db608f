// What became of a configuration, in one line for the owner of a fleet.

import { printable } from '../../ledger-sync/evidence/printable.js';
import type { ConfigurationReport } from '../fleet/configuration-report.js';

const words: Readonly<Record<ConfigurationReport['state'], string>> = {
  waiting: 'waits',
  'on-trial': 'is on trial',
  applied: 'is in force',
  refused: 'was refused',
};

/** Texts of a gateway are printed without control characters. */
export function reportLine({ number, state, code, reason }: Omit<ConfigurationReport, 'atMs'>): string {
  const why = reason === undefined ? '' : `: ${printable(reason)}`;
  return `configuration ${number} ${words[state]}${why}${code === undefined ? '' : ` [${printable(code)}]`}`;
}
