// A card that loses bits, one at a time, anywhere in the database and in the WAL. SQLite notices almost none of it: either
// the gateway does before anything leaves, or what leaves is the same to the byte.

import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Leaving, leavingFrom, nothing, withoutStart } from './leaving.js';
import { ledgerTables } from './ledger-side.js';
import type { LegTools } from './leg.js';
import { folderOf, RottenLog } from './rotten-log.js';
import type { Summary } from './summary.js';

/** Of memory where there is one: each flip is written down whole and opened anew. */
const MEMORY_DISK = '/dev/shm';
const SAY_EACH = 500;
/** Share of the flips that go into the WAL, and of those that go first to a table by chance: small ones get theirs too. */
const [WAL_SHARE, BY_TABLE_SHARE] = [0.25, 0.25];
const TOLD_MOST = 20;

interface Flip {
  readonly file: 'database' | 'wal';
  readonly table: string | undefined;
  readonly at: number;
  readonly bit: number;
}

type Draw = (log: RottenLog, random: () => number) => () => Flip;

/** A page of one of so many tables, of which each is as likely. */
function inTables(log: RottenLog, random: () => number, isWanted = (_table: string) => true): () => Flip {
  log.lay({});
  const tables = [...log.pagesByTable()].filter(([table]) => isWanted(table));
  const pageBytes = log.database.readUInt16BE(16);
  const below = (limit: number) => Math.floor(random() * limit);
  return () => {
    const [table = '', pages = []] = tables[below(tables.length)] ?? [];
    const page = pages[below(pages.length)] ?? 1;
    return { file: 'database', table, at: (page - 1) * pageBytes + below(pageBytes), bit: below(8) };
  };
}

const anywhere: Draw = (log, random) => {
  const inTable = inTables(log, random);
  const below = (limit: number) => Math.floor(random() * limit);
  return () => {
    const way = random();
    if (way < WAL_SHARE) return { file: 'wal', table: undefined, at: below(log.wal.length), bit: below(8) };
    if (way < WAL_SHARE + BY_TABLE_SHARE) return inTable();
    return { file: 'database', table: undefined, at: below(log.database.length), bit: below(8) };
  };
};

/** Tables of the ledger side with their indexes; room that nobody uses is passed over. */
const inLedgerTables: Draw = (log, random) => {
  const next = inTables(log, random, (table) => ledgerTables.some((name) => isOf(table, name)));
  const isUsed = ({ at }: Flip) =>
    log.database.subarray(at & ~15, (at & ~15) + 16).some((byte) => byte !== 0);
  return () => {
    let flip = next();
    while (!isUsed(flip)) flip = next();
    return flip;
  };
};

/** @param table or one of its indexes */
const isOf = (table: string, name: string) => table === name || table.startsWith(`sqlite_autoindex_${name}_`);

function flipped(bytes: Buffer, { at, bit }: Flip): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

/** What a start comes to: it tells of damage, or finds none. */
function startOf(log: RottenLog): string {
  try {
    return log.start() ? 'told' : 'whole';
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
    return name === 'JournalError' ? 'told' : `unnamed ${message}`;
  }
}

/** Whether somebody was told, instead of what leaves otherwise. */
function isTold(name: string, text: string, start: string): boolean {
  if (text.startsWith('refused')) return true;
  if (start === 'told' && !withoutStart.includes(name)) return true;
  // The newest readings are withheld: a damaged page says nothing, and the next reading is the newest.
  return name === 'latest' && text === nothing;
}

/** Anybody may ask for some without a start; the rest leaves after one, which may have put back what was changed. */
function leftOf(before: Leaving, after: Leaving): Leaving {
  const some = Object.entries(before).filter(([name]) => withoutStart.includes(name));
  return { ...after, ...Object.fromEntries(some) };
}

export const runFlips = (tools: LegTools) => flipBits(tools, anywhere, false);
export const runLedgerFlips = (tools: LegTools) => flipBits(tools, inLedgerTables, true);

async function flipBits(tools: LegTools, draw: Draw, isFolded: boolean): Promise<Summary> {
  const base = statSync(MEMORY_DISK, { throwIfNoEntry: false })
    ? join(MEMORY_DISK, `coldgate-faults-${process.pid}`)
    : folderOf(tools.folder);
  mkdirSync(base, { recursive: true });
  tools.belongings.keep(() => rmSync(base, { recursive: true, force: true }));
  const log = await RottenLog.write(base, isFolded);
  const nextFlip = draw(log, tools.random);
  log.lay({});
  const whole = leavingFrom(log.path, log.config);
  if (startOf(log) !== 'whole') throw new Error('the log is damaged before a bit was flipped');
  if (Object.values(whole).some((text) => / /.test(text))) throw new Error(JSON.stringify(whole));
  const found = { flipsDetected: 0, flipsHarmless: 0, undetectedFlips: 0, noticedBySqlite: 0 };
  let number = 0;
  for (; number < tools.times && !tools.isOver(); number++) {
    const flip = nextFlip();
    const damaged = flipped(log[flip.file], flip);
    log.lay({ [flip.file]: damaged });
    if (log.isNoticedBySqlite()) found.noticedBySqlite += 1;
    log.lay({ [flip.file]: damaged });
    const before = leavingFrom(log.path, log.config);
    const start = startOf(log);
    const isOther = Object.entries(before).some(([name, text]) => text !== whole[name]);
    const isPutBack = isOther && start === 'whole';
    const left = isPutBack ? leftOf(before, leavingFrom(log.path, log.config)) : before;
    const others = Object.entries(left).filter(([name, text]) => text !== whole[name]);
    const missed = others.filter(([name, text]) => !isTold(name, text, start));
    if (missed.length > 0 || start.startsWith('unnamed')) {
      found.undetectedFlips += 1;
      if (found.undetectedFlips <= TOLD_MOST)
        console.error(JSON.stringify({ ...flip, start, missed: Object.fromEntries(missed) }));
    } else if (isOther || start === 'told') found.flipsDetected += 1;
    else found.flipsHarmless += 1;
    if ((number + 1) % SAY_EACH === 0) tools.say(`${number + 1} flips`);
    // The reports of other work of this process come through.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { noticedBySqlite, ...counts } = found;
  const sqliteNoticedPercent = Math.round((1000 * noticedBySqlite) / number) / 10;
  return { bitFlips: number, ...counts, sqliteNoticedPercent };
}
