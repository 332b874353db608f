// What each check of the verifier means in plain English, by how it came out.

import type { Check, CheckName } from '../../ledger-sync/evidence/verify-check.js';

export type CheckWords = Readonly<Record<CheckName, Readonly<Record<Check['outcome'], string>>>>;

export const englishChecks: CheckWords = {
  gateway: {
    proven: 'The file is of the gateway that you expect.',
    failed: 'The file is of another gateway than the one that you expect.',
    'not-proven': 'Whether it is the right gateway: enter the address that you expect, and it is compared.',
  },
  leaves: {
    proven: 'Each record has the form that was signed, and names this gateway.',
    failed: 'A record is damaged, or of another gateway.',
    'not-proven': 'The form of the records.',
  },
  sequence: {
    proven: 'Nothing was left out between the first and the last record.',
    failed: 'Records were left out, added, or put in another order.',
    'not-proven': 'Whether something was left out.',
  },
  readable: {
    proven: 'The times and values that you can read are those that were signed.',
    failed: 'A time or value that you can read was changed: it is not what was signed.',
    'not-proven': 'The readable values.',
  },
  names: {
    proven: 'The names of probes and shipments are those that were signed.',
    failed: 'A name was changed, or belongs to none of the records.',
    'not-proven': 'Some names are not in the file, so it is open what those records are about.',
  },
  details: {
    proven: 'The documents of the records are those that were signed.',
    failed: 'A document was changed, or belongs to none of the records.',
    'not-proven': 'Some documents are not in the file.',
  },
  tree: {
    proven: "The records stand in the gateway's log exactly as it was signed.",
    failed:
      'The records are not those that the gateway signed: at least one was changed, exchanged or moved.',
    'not-proven': 'The place of the records in the log.',
  },
  signature: {
    proven: 'The gateway signed this log with its own key.',
    failed: 'The signature is not of this gateway, or what it signed was changed.',
    'not-proven': 'The signature.',
  },
  chain: {
    proven: "The header follows the gateway's header before it.",
    failed: 'The header does not follow the one before it: the chain is broken.',
    'not-proven': 'Whether the header follows the one before: that one is not in the file.',
  },
  summary: {
    proven: 'The records lie within the temperatures and times that the signed header states.',
    failed: 'A record lies outside of what the signed header states.',
    'not-proven': 'Whether the summary of the header holds for these records.',
  },
  checkpoint: {
    proven: 'A later state of the same log is signed too.',
    failed:
      'The newest checkpoint in the file is not of this gateway, or the gateway signed two different logs.',
    'not-proven': 'The newest checkpoint.',
  },
  registration: {
    proven: 'The gateway was registered on the ledger where the file says.',
    failed: 'The gateway was not registered where the file says.',
    'not-proven': 'When the gateway was registered on the ledger: that was not looked up there.',
  },
  anchor: {
    proven: 'The records existed when the block was made.',
    failed: 'The header is not on the ledger where the file says.',
    'not-proven':
      'Whether the block and transaction that the file names are true: they were not looked up on the ledger.',
  },
  ledger: {
    proven: "The ledger holds the gateway's header over these records.",
    failed: 'The ledger contradicts the file.',
    'not-proven':
      'Whether the records are on a ledger. Give a state proof above, or ask with coldgate verify --rpc.',
  },
  state: {
    proven: 'The state of the ledger follows from the block that you trust, by hashes alone.',
    failed: 'The state proof that you gave does not hold for that block and this file.',
    'not-proven': 'The state of the ledger is the word of one node.',
  },
  coverage: {
    proven: 'Everything in the receipt is covered by a signature.',
    failed: 'A part of the receipt contradicts the rest.',
    'not-proven': 'Parts of the receipt are covered by no signature.',
  },
};
