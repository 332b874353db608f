// A log with acknowledged records of all sorts, as a kill leaves it: part of it in the database, part in the WAL. Bits are
// flipped in copies of it.

import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { loadConfig } from '../../../config/load.js';
import type { Config } from '../../../config/schema.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { type OpenedLog, openLog } from '../../../gateway/sealing/opened-log.js';
import { genesisHead } from '../../../ledger-sync/evidence/batch.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { draftWith, readings, requestOf } from '../../gateway/drafts.js';
import { GatewayFolder } from '../gateway-folder.js';
import { domain, ledgerSections, proofAsks, tellHead, writeFirst, writeMore } from './ledger-side.js';

export const SHIPMENT = 'SHIP-0001';
export const SINK = 'mqtt:fleet';
export const gatewayName = 'faults';
export const topics = topicsOf(gatewayName);
/** Groups in the database and in the WAL: more than one full tile. */
const [OLD_GROUPS, NEW_GROUPS] = [26, 10];
/** The key's mark follows each few seconds only: what comes after it has other witnesses. */
const GROUPS_BEFORE_MARK = 4;
/** How far the sink is when the log has that size. */
export const cursorOf = (size: number): number => Math.floor(size / 3);
const signer = new SoftwareSigner(new Uint8Array(32).fill(7));

/** Readings, a tag in a shipment, and each few groups something that people are told of. */
function groupOf(number: number) {
  const tag = {
    kind: recordKinds.tagSighting,
    subjectName: '3034257bf7194e4000001a85',
    isSalted: true,
    shipmentName: SHIPMENT,
    value: -60,
  };
  const excursion = {
    kind: recordKinds.excursion,
    value: 9_000 + number,
    shipmentName: SHIPMENT,
    detail: { type: 'excursion', excursionId: `E${number}`, event: 'opened', severity: 'critical' },
  };
  return [
    ...readings(6, 1000 * number),
    draftWith({ subjectName: 'cargo-rear', value: -number, shipmentName: SHIPMENT }),
    draftWith({ ...tag, detail: { type: 'tag', antenna: 1, count: number } }),
    ...(number % 4 === 0 ? [draftWith(excursion)] : []),
  ];
}

function seal({ writer }: OpenedLog, number: number): void {
  const judgeState = [
    [`probe-${number % 5}`, JSON.stringify({ number })] as const,
    ...(number === 1 ? proofAsks : []),
  ];
  const cursors = [
    [SINK, cursorOf(writer.size)],
    ['mqtt:other', writer.size],
  ] as const;
  const prev = writer.tip().headers[0]?.head ?? genesisHead(signer.address);
  const { chainId, verifyingContract: contract } = domain;
  const seq = (number - 1) / 10 + 1;
  const batch = Number.isInteger(seq) ? { chainId, contract, seq, prev, flags: 0 } : undefined;
  writer.seal(requestOf(groupOf(number), { judgeState, cursors, batch }));
}

export class RottenLog {
  readonly config: Config;
  readonly path: string;
  readonly database: Buffer;
  readonly wal: Buffer;
  readonly #folder: GatewayFolder;
  readonly #confirmed: number;
  readonly #mark: Buffer;

  private constructor(folder: GatewayFolder) {
    this.#folder = folder;
    this.config = loadConfig(folder.config);
    this.path = folder.journal;
    this.database = readFileSync(this.path);
    this.wal = readFileSync(`${this.path}-wal`);
    this.#confirmed = readFileSync(`${this.path}-confirmed`).length;
    this.#mark = readFileSync(`${folder.keyFile}.mark`);
  }

  /**
   * Writes the log below `path`.
   * @param isFolded all of it is in the database: what lies in the WAL as well is not read from there
   */
  static async write(path: string, isFolded = false): Promise<RottenLog> {
    const folder = new GatewayFolder(path);
    mkdirSync(path, { recursive: true });
    await folder.makeKeys();
    folder.configure({});
    appendFileSync(folder.config, ledgerSections);
    mkdirSync(folder.dataDir);
    const first = openLog(settingsOf(folder), signer, () => {});
    for (let number = 1; number <= OLD_GROUPS; number++) seal(first, number);
    writeFirst(folder.journal, signer.address);
    first.close();
    const log = openLog(settingsOf(folder), signer, () => {});
    for (let number = 1; number <= NEW_GROUPS; number++) {
      seal(log, OLD_GROUPS + number);
      if (number === GROUPS_BEFORE_MARK) log.follow();
    }
    writeMore(folder.journal, signer.address);
    // What is lost of the last commit of all is lost as by a power cut; of the log's own the confirmed size tells.
    seal(log, OLD_GROUPS + NEW_GROUPS + 1);
    if (isFolded) fold(folder.journal);
    const rotten = new RottenLog(folder);
    log.close();
    return rotten;
  }

  /** Puts the files down as they were, but for one of them. */
  lay(changed: { readonly database?: Buffer; readonly wal?: Buffer }): void {
    rmSync(`${this.path}-shm`, { force: true });
    rmSync(join(dirname(this.path), 'damaged'), { recursive: true, force: true });
    rmSync(`${this.path}-suspect`, { force: true });
    writeFileSync(this.path, changed.database ?? this.database);
    writeFileSync(`${this.path}-wal`, changed.wal ?? this.wal);
    writeFileSync(`${this.path}-confirmed`, Buffer.alloc(this.#confirmed));
    writeFileSync(`${this.#folder.keyFile}.mark`, this.#mark);
  }

  /**
   * Starts the writer as the gateway role does; then the ledger side looks at the ledger.
   * @returns whether it told that the journal is damaged, and took what can be proven over into a new one
   * @throws JournalError where it is refused
   */
  start(): boolean {
    let isTold = false;
    openLog(settingsOf(this.#folder), signer, () => {
      isTold = true;
    }).close();
    tellHead(this.path, signer.address);
    return isTold;
  }

  /** Whether SQLite itself finds anything wrong in what was laid. */
  isNoticedBySqlite(): boolean {
    try {
      const database = new Database(this.path, { readonly: true });
      try {
        return database.pragma('integrity_check', { simple: true }) !== 'ok';
      } finally {
        database.close();
      }
    } catch {
      return true;
    }
  }

  /** Pages of the database by the table that they belong to, as numbers from 1. */
  pagesByTable(): ReadonlyMap<string, readonly number[]> {
    const database = new Database(this.path, { readonly: true });
    try {
      const rows = database.prepare<[], { name: string; pageno: number }>('SELECT name, pageno FROM dbstat');
      const pages = new Map<string, number[]>();
      for (const { name, pageno } of rows.all()) pages.set(name, [...(pages.get(name) ?? []), pageno]);
      return pages;
    } finally {
      database.close();
    }
  }
}

function fold(path: string): void {
  const database = new Database(path);
  try {
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

function settingsOf(folder: GatewayFolder) {
  return {
    journalPath: folder.journal,
    keyFile: folder.keyFile,
    bootId: 'campaign',
    synchronous: 'FULL',
  } as const;
}

export const folderOf = (path: string) => join(path, 'rotten');
