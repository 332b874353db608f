// A disk that somebody else fills, at random points of a log's growth and to the last kilobytes. Nobody comes to help: the ballast
// makes room for a signed record of what goes, the pages of old readings take the new ones, and the log goes on. What is kept
// longest, the records of excursions, custody and reviews, is all there in the end, and so is every record that was confirmed.

import { strict as assert } from 'node:assert';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../../config/load.js';
import { Ballast } from '../../../gateway/journal/ballast.js';
import { JournalError } from '../../../gateway/journal/journal-error.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { RetentionDesk } from '../../../gateway/retention/retention-desk.js';
import { walkLog } from '../../../gateway/reviews/log-walk.js';
import type { DraftRecord } from '../../../gateway/sealing/draft-record.js';
import { LogPipeline } from '../../../gateway/sealing/log-pipeline.js';
import { type OpenedLog, openLog } from '../../../gateway/sealing/opened-log.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { draftWith, requestOf } from '../../gateway/drafts.js';
import { context } from '../../gateway/retention/pruned-log.js';
import { LoopMount } from '../loop-mount.js';
import { requireDisks } from './cuttable-loop.js';
import type { LegTools } from './leg.js';
import { addUp, orBroken, type Summary } from './summary.js';

/** Room for the ballast of 16 MiB, which wants four times as much. */
const DISK_MIB = 128;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const GROUP_RECORDS = 500;
/** Of old readings: 60 to 160 groups, in journeys that are over. */
const [LEAST_OLD, MORE_OLD] = [60, 100];
/** More than ballast and the rest of the disk can take, unless old readings make room. */
const NEW_GROUPS = 200;
const MAX_LEFT_KIB = 64;
const signer = new SoftwareSigner(new Uint8Array(32).fill(7));
const lasting = [recordKinds.excursion, recordKinds.shipmentEvent, recordKinds.review] as const;

/** Readings of one day with a word each, and now and then what must last. */
function groupOf(number: number, day: number, shipmentName: string | undefined): DraftRecord[] {
  const observedAtMs = START_MS + day * DAY_MS;
  return Array.from({ length: GROUP_RECORDS }, (_, at) => {
    const kind = at === 7 ? lasting[number % lasting.length] : undefined;
    const detail = { type: kind ? 'matter' : 'note', text: `${number}-${at}`.padEnd(60, '.') };
    return draftWith({ observedAtMs, value: at, shipmentName, detail, ...(kind ? { kind } : {}) });
  });
}

class FilledLog {
  readonly #log: OpenedLog;
  readonly #journal: JournalReader;
  readonly #desk: RetentionDesk;
  readonly #pipeline: LogPipeline;
  readonly #ballast: Ballast;
  #day = 0;
  #uptimeMs = 0;
  timesFull = 0;
  groups = 0;

  constructor(folder: string) {
    const journalPath = join(folder, 'journal.db');
    const keyFile = join(folder, 'device-key.json');
    this.#log = openLog({ journalPath, keyFile, bootId: 'fills', synchronous: 'FULL' }, signer, () => {});
    this.#ballast = new Ballast(join(folder, 'ballast'));
    this.#ballast.fill();
    this.#journal = new JournalReader(journalPath);
    const { writer } = this.#log;
    this.#pipeline = new LogPipeline({
      windowMs: 0,
      size: 0,
      writer: {
        send: (message) => {
          if (message.kind === 'seal')
            this.#pipeline.onAnswer({
              kind: 'sealed',
              receipt: this.#kept(() => writer.seal(message.request)),
            });
        },
      },
      onSealed: (receipt) => this.#desk.sealed(receipt),
      onTrouble: () => {},
    });
    const quiet = { info: () => {}, warn: () => {}, error: () => {} };
    this.#desk = new RetentionDesk({
      config: parseConfig(`gateway: { name: fills, dataDir: ${folder} }`, '/etc/coldgate.yaml'),
      ...{ journal: this.#journal, pipeline: this.#pipeline, context },
      log: quiet as never,
    });
  }

  /** As the gateway role does it: what finds no room gets the ballast's. */
  #kept<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof JournalError) || error.code !== 'DISK_FULL') throw error;
      this.timesFull += 1;
      assert.ok(this.#ballast.release(), 'the disk is full, and nobody makes room');
      return work();
    }
  }

  seal(day: number, shipmentName?: string): void {
    this.groups += 1;
    this.#day = day;
    const drafts = groupOf(this.groups, day, shipmentName);
    this.#kept(() => this.#log.writer.seal(requestOf(drafts)));
  }

  /** Journeys that are over, as their rows say. */
  end(shipment: string): void {
    const row = { state: 'closed', history: [{ state: 'closed', atMs: START_MS + this.#day * DAY_MS }] };
    const judgeState = [[`shipment/${shipment}`, JSON.stringify(row)]] as const;
    this.#kept(() => this.#log.writer.seal(requestOf([], { judgeState })));
  }

  /** A while of the role's life. */
  tick(): void {
    this.#uptimeMs += 10_000;
    this.#desk.tick({ unixMs: START_MS + this.#day * DAY_MS, uptimeMs: this.#uptimeMs });
    this.#pipeline.flush();
  }

  /** What is there in the end, held against what was confirmed. */
  audit(firstNew: number): Summary {
    const broken: string[] = [];
    let evicted = 0;
    const { stoppedAt } = walkLog(
      this.#journal,
      { from: 0, wants: () => false, recordsPerSignature: 1024 },
      {
        record: () => {},
        broken: ({ firstSequence, what }) => broken.push(`${firstSequence} ${what}`),
        gone: ({ first, beyond }, kept) => {
          evicted += beyond - first - kept;
        },
      },
    );
    assert.deepEqual([broken, stoppedAt], [[], undefined]);
    const { size = 0 } = this.#journal.log.latestCheckpoint() ?? {};
    const rows = this.#journal.log.stored(0, size, size);
    const matters = rows.filter(({ leaf }) =>
      lasting.some((kind) => kind === decodeRecord(leaf).kind),
    ).length;
    const young = rows.filter(({ sequence }) => sequence >= firstNew).length;
    return { evicted, lost: this.groups - matters + (size - firstNew - young), acknowledged: size };
  }

  get size(): number {
    return this.#log.writer.size;
  }

  close(): void {
    this.#pipeline.stop();
    this.#journal.close();
    this.#log.close();
  }
}

function fillOnce(disk: LoopMount, folder: string, random: () => number): Summary {
  const below = (limit: number) => Math.floor(random() * limit);
  mkdirSync(folder);
  const log = new FilledLog(folder);
  try {
    const old = LEAST_OLD + below(MORE_OLD);
    for (let number = 0; number < old; number++) {
      const isOver = number % 20 === 19;
      log.seal(Math.floor(number / 4), `SHIP-${Math.floor(number / 20)}`);
      if (isOver) log.end(`SHIP-${Math.floor(number / 20)}`);
    }
    log.end(`SHIP-${Math.floor((old - 1) / 20)}`);
    const firstNew = log.size;
    const fillsAt = below(NEW_GROUPS / 4);
    for (let number = 0; number < NEW_GROUPS; number++) {
      if (number === fillsAt) disk.fill(below(MAX_LEFT_KIB));
      log.seal(400);
      for (let turn = 0; turn < 4; turn++) log.tick();
    }
    const { evicted, lost, acknowledged } = log.audit(firstNew);
    assert.ok(evicted, 'nothing had to go: the disk was not full');
    const figures = { lost: lost ?? 0, acknowledged: acknowledged ?? 0 };
    return { fills: 1, timesFull: log.timesFull, evictedRecords: evicted, ...figures };
  } finally {
    log.close();
  }
}

/** @throws LegCannotRun */
export async function runFills(tools: LegTools): Promise<Summary> {
  requireDisks();
  const disk = new LoopMount(DISK_MIB);
  tools.belongings.keep(() => disk.remove());
  const parts: Summary[] = [];
  for (let number = 0; number < tools.times && !tools.isOver(); number++) {
    const folder = join(disk.path, String(number));
    parts.push(await orBroken(async () => fillOnce(disk, folder, tools.random)));
    disk.free();
    rmSync(folder, { recursive: true, force: true });
    tools.say(`${number + 1} fills`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return addUp(parts);
}
