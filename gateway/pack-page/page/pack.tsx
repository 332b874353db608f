// Where the page begins. The list lies in it as a block of data; one that is not signed is not used.

import { render } from 'preact';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { openPackList, type PackList } from '../../../ledger-sync/serials/pack-list.js';
import { App } from './app.js';

function listOfPage(): PackList | undefined {
  try {
    return openPackList(document.getElementById('pack-list')?.textContent ?? '');
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

const root = document.getElementById('app');
if (root) render(<App list={listOfPage()} />, root);
