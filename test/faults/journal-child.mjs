// All of the gateway role that touches the journal's files, without ports and brokers: writer thread, pipeline, ballast,
// the reader that publishing uses. Seals readings that count up, three to a group, and says on stdout what it confirms.
// use: journal-child.mjs FOLDER FIRST_VALUE GROUPS

import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { Ballast } from '../../dist/gateway/journal/ballast.js';
import { makeDataFolder } from '../../dist/gateway/journal/data-folder.js';
import { JournalReader } from '../../dist/gateway/journal/journal-reader.js';
import { LogPager } from '../../dist/gateway/publish/log-page.js';
import { LogPipeline } from '../../dist/gateway/sealing/log-pipeline.js';
import { startWriter } from '../../dist/gateway/sealing/writer.js';

const STDOUT = 1;
const GROUP = 3;
const CANNOT_RUN = 3;
const [folder, firstValue, groups] = process.argv.slice(2);
const say = (line) => writeSync(STDOUT, `${line}\n`);
const path = join(folder, 'data', 'journal.db');

function reading(value) {
  return {
    ...{ observedAtMs: Date.now(), uptimeMs: 1, bootCount: 1, clockTrust: 0, kind: 1, subjectName: 'front' },
    ...{ isSalted: false, value, quality: 0, shipmentName: undefined, detail: undefined },
  };
}

/** The role ends here, and is started again from outside. */
function end(what, { code, message }) {
  say(`${what} ${code ?? message}`);
  process.exit(CANNOT_RUN);
}

async function run() {
  makeDataFolder(join(folder, 'data'));
  const settings = { journalPath: path, keyFile: join(folder, 'device-key.json'), bootId: 'campaign' };
  const key = { kind: 'memory', privateKey: new Uint8Array(32).fill(7) };
  const writer = await startWriter({ ...settings, key, synchronous: 'FULL' }, (cause) => end('lost', cause));
  const ballast = new Ballast(join(folder, 'data', 'ballast'));
  ballast.fill();
  const journal = new JournalReader(path);
  let pager = new LogPager(journal.log, 0);
  const publish = () => {
    try {
      while (pager.next());
    } catch (error) {
      say(`unread ${error.code}`);
      pager = new LogPager(journal.log, 0);
    }
  };
  const pipeline = new LogPipeline({
    ...{ writer, windowMs: 0, size: writer.size },
    onSealed: publish,
    onTrouble: (trouble) => {
      say(`trouble ${trouble?.code ?? 'over'}`);
      if (trouble?.code === 'DISK_FULL') ballast.release();
    },
  });
  writer.onAnswer((answer) => {
    if (answer.kind === 'mark-failed') say(`mark ${answer.code}`);
    else pipeline.onAnswer(answer);
  });
  for (let group = 0; group < groups; group++) {
    const first = Number(firstValue) + group * GROUP;
    await new Promise((resolve) => {
      const drafts = Array.from({ length: GROUP }, (_unused, at) => reading(first + at));
      pipeline.add({ drafts, isUrgent: true, onDurable: resolve });
    });
    say(`confirmed ${first}`);
  }
  await pipeline.drain();
  pipeline.stop();
  journal.close();
  await writer.close();
  say('end');
}

try {
  await run();
} catch (error) {
  end('refused', error);
}
