// The built writer of the log in a process of its own, which seals groups of three readings as fast as the disk lets it
// and says each size once the commit is confirmed. For disks that die under it.
// use: writer-child.mjs FOLDER [as-shipped | by-times | unasked]: how the disk is asked after a commit

import { closeSync, futimesSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../dist/gateway/journal/database.js';
import { claimIdentity } from '../../dist/gateway/journal/identity.js';
import { StandingDisk } from '../../dist/gateway/journal/standing-disk.js';
import { LogWriter } from '../../dist/gateway/sealing/log-writer.js';
import { SoftwareSigner } from '../../dist/ledger-sync/evidence/signer.js';

const STDOUT = 1;
const [folder, asking = 'as-shipped'] = process.argv.slice(2);
const path = join(folder, 'journal.db');

if (asking === 'unasked') StandingDisk.prototype.confirm = () => {};
else if (asking === 'by-times') {
  // What a time of a folder is worth as an answer: the control of the campaign.
  StandingDisk.prototype.confirm = () => {
    const file = openSync(folder, 'r');
    try {
      futimesSync(file, Date.now() / 1000, Date.now() / 1000);
    } finally {
      closeSync(file);
    }
  };
} else if (asking !== 'as-shipped') throw new Error(`no such asking: ${asking}`);

const draft = {
  ...{
    observedAtMs: 0,
    uptimeMs: 0,
    bootCount: 1,
    clockTrust: 0,
    kind: 1,
    subjectName: 'front',
    isSalted: false,
  },
  ...{ value: 4000, quality: 0, shipmentName: undefined, detail: undefined },
};
const signer = new SoftwareSigner(new Uint8Array(32).fill(7));
const database = openDatabase(path, { access: 'owner' });
claimIdentity(database, signer.address, path);
const writer = new LogWriter({ database, path, signer, now: Date.now });
const request = { drafts: [draft, draft, draft], judgeState: [], results: [], cursors: [], batch: undefined };
for (;;) {
  let size;
  try {
    ({ size } = writer.seal(request));
  } catch (error) {
    writeSync(STDOUT, `${error.code}\n`);
    break;
  }
  writeSync(STDOUT, `${size}\n`);
}
