// The ledger side's rows in a card that loses bits: one bit changes nothing that is read, and a row of which nobody can tell what
// was written is as if the ledger had never said it.

import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { Config } from '../../../config/schema.js';
import { exportEvidence } from '../../../gateway/evidence-export.js';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { type CheckedTable, checkedTables } from '../../../gateway/journal/row-check.js';
import { TagProofRows } from '../../../gateway/journal/tag-proof-rows.js';
import { BatchCutter } from '../../../gateway/sealing/batch-cutter.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { domain, sealHeaders, tellHead, writeFirst, writeMore } from '../../faults/campaign/ledger-side.js';
import { flipIn, type Value } from '../recovery/flip-in-row.js';
import { journalReaderOf, openTestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

const { chainId, verifyingContract: contract } = domain;
type Row = Record<string, Value>;

function written() {
  const log = openTestLog();
  const { path, signer } = log;
  sealHeaders(log.writer, signer.address);
  writeFirst(path, signer.address);
  writeMore(path, signer.address);
  const peer = openDatabase(path, { access: 'peer' });
  onTestFinished(() => void peer.close());
  const journal = journalReaderOf(log);
  const store = anchorRows(peer, signer.address, domain);
  const proofs = new TagProofRows(peer);
  const other = new Database(path);
  onTestFinished(() => void other.close());
  const change = (sql: string, ...values: readonly (Value | bigint)[]) => {
    expect(other.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  };
  return {
    ...{ log, journal, store, proofs, change },
    rename: (table: CheckedTable, column: string, name: string) =>
      other.exec(`ALTER TABLE ${table} RENAME COLUMN ${column} TO ${name}`),
    /** As a bit of the table's name does it. */
    respell: (table: CheckedTable, name: string) => {
      other.unsafeMode();
      other.pragma('writable_schema = ON');
      change('UPDATE sqlite_schema SET name = ? WHERE name = ?', name, table);
    },
    rows: (table: CheckedTable) => other.prepare<[], Row>(`SELECT * FROM ${table}`).all(),
    restore: (table: CheckedTable, rows: readonly Row[]) => {
      change(`DELETE FROM ${table}`);
      for (const row of rows)
        change(
          `INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map(() => '?')})`,
          ...Object.values(row),
        );
    },
    look: () => tellHead(path, signer.address),
    /** All that is read of them. */
    all: () => {
      const seqs = [1, 2, 3, 4];
      return [
        ...[
          journal.ledgerHead(chainId, contract),
          journal.anchorStages(chainId, contract),
          journal.problems(),
        ],
        seqs.map((seq) => journal.batch(chainId, contract, seq)),
        seqs.map((seq) => journal.inclusion(chainId, contract, seq)),
        seqs.map((seq) => journal.aggregateProof(chainId, contract, seq)),
        [0, 3, 5, 7, 8].map((sequence) => journal.batchCovering(chainId, contract, sequence)),
        ...[store.pendingBatches(9), store.openSubmissions(), store.spends(0), store.finalBlock()],
        ...[proofs.answers(), proofs.asks('authenticity/proof/')],
      ];
    },
  };
}

/** Read by their key, which an index holds as well: where only one of both has changed is another matter (rotten-rows.test.ts). */
const keysOf: Partial<Record<CheckedTable, readonly string[]>> = {
  batches: ['chain_id', 'contract', 'seq'],
  inclusions: ['chain_id', 'contract', 'to_seq'],
  aggregate_proofs: ['chain_id', 'contract', 'seq'],
};

const tables = [
  ...(['batches', 'ledger_heads', 'submissions', 'inclusions', 'problems', 'ledger_stages'] as const),
  ...(['ledger_spends', 'aggregate_proofs', 'tag_proof_answers'] as const),
];

test.each(tables)('one flipped bit in a row of %s changes nothing that is read', (table) => {
  const { rows, restore, change, all } = written();
  const before = all();
  const stored = rows(table);
  const columns = checkedTables[table].filter((column) => !keysOf[table]?.includes(column));
  for (const row of stored) {
    for (const column of [...columns, 'checksum']) {
      if (row[column] === null) continue;
      for (const bit of [2, 15, 29]) {
        const { sql, values } = flipIn(table, row, column, bit);
        change(sql, ...values);
        expect(all(), `${column} ${bit}`).toEqual(before);
        restore(table, stored);
      }
    }
  }
});

/** A check as it is read with one bit flipped, whichever it is: SQLite keeps 48 bits of which the first is 0 in 6 bytes, and in 8. */
function* flippedChecks(check: bigint): Generator<bigint | number> {
  const bits = check < 2n ** 47n ? 48 : 64;
  for (let bit = 0n; bit < bits; bit++) yield BigInt.asIntN(bits, check ^ (1n << bit));
  if (bits < 64) return;
  // The bytes are the same: what says that they are an integer has changed.
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setBigInt64(0, check);
  yield bytes.getFloat64(0);
}

test.each(tables)('a check of %s in which one bit has flipped says nothing against its row', (table) => {
  const { rows, restore, change, all } = written();
  const before = all();
  const stored = rows(table);
  expect(stored.length).toBeGreaterThan(0);
  for (const { checksum = null } of stored) {
    for (const flipped of flippedChecks(BigInt(Number(checksum)))) {
      change(`UPDATE ${table} SET checksum = ? WHERE checksum = ?`, flipped, checksum);
      expect(all(), `${flipped}`).toEqual(before);
      restore(table, stored);
    }
  }
});

test('a bit that makes a small letter of a table great makes nobody forget what was spent', () => {
  const { log, store, respell } = written();
  const spent = store.spends(0);
  expect(spent.length).toBeGreaterThan(0);
  respell('ledger_spends', 'ledger_sPends');
  const peer = openDatabase(log.path, { access: 'peer' });
  onTestFinished(() => void peer.close());
  expect(anchorRows(peer, log.signer.address, domain).spends(0)).toEqual(spent);
});

test('a column of checks whose name has lost a bit vouches for no row', () => {
  const { journal, rename } = written();
  expect(journal.problems().map(({ code }) => code)).not.toContain('JOURNAL_DAMAGED');
  rename('problems', 'checksum', 'chegksum');
  expect(journal.problems().map(({ code }) => code)).toEqual(['JOURNAL_DAMAGED']);
});

describe('where nobody can tell what was written', () => {
  const lose = 'SET checksum = 5';

  it('the contract is as if it had never been asked: no header is cut, and none goes into a bundle', () => {
    const { journal, change, look } = written();
    const cutter = new BatchCutter({ journal, chainId, contract, intervalMs: 0, uptimeMs: () => 1 });
    expect(cutter.decide().kind).toBe('wait');
    change(`UPDATE ledger_heads ${lose}`);
    expect(journal.ledgerHead(chainId, contract)).toBeUndefined();
    expect(journal.anchorStages(chainId, contract)).toMatchObject({ includedSeq: 0, safeSeq: 3 });
    expect(cutter.decide().kind).toBe('wait');
    const exported = () =>
      exportEvidence(
        journal,
        { ledger: { chainId, contract: `0x${toHex(contract)}` } } as Config,
        { kind: 'record', sequence: 1 },
        false,
      ).bundle;
    expect(thrownBy(exported)).toMatchObject({ code: 'JOURNAL_DAMAGED' });
    // The same answer as before is written again.
    look();
    expect(journal.ledgerHead(chainId, contract)).toMatchObject({ seq: 3 });
    expect(exported().anchor?.transactionHash).toBe(`0x${'10'.repeat(32)}`);
  });

  it('the stages of finality are unknown until the next look', () => {
    const { journal, store, change, look } = written();
    change(`UPDATE ledger_stages ${lose}`);
    const { safeSeq, finalizedSeq } = journal.anchorStages(chainId, contract);
    expect([safeSeq, finalizedSeq, store.finalBlock()]).toEqual([undefined, undefined, 0]);
    look();
    expect(journal.anchorStages(chainId, contract)).toMatchObject({ safeSeq: 3, finalizedSeq: 2 });
    expect(store.finalBlock()).toBe(1003);
  });

  it('a transaction is not taken for one that was sent', () => {
    const { journal, store, change } = written();
    expect(journal.anchorStages(chainId, contract).sentSeq).toBe(4);
    change(`UPDATE submissions ${lose} WHERE nonce = 4`);
    expect(journal.anchorStages(chainId, contract).sentSeq).toBe(3);
    expect(store.openSubmissions().map(({ nonce }) => nonce)).toEqual([3, 3]);
  });

  it('nothing is spent: what the last day has cost may be all that the limit leaves', () => {
    const { store, change } = written();
    change(`UPDATE ledger_spends ${lose} WHERE nonce = 2`);
    expect(thrownBy(() => store.spends(0))).toMatchObject({ code: 'JOURNAL_DAMAGED' });
  });

  it('a header has no known block, rather than one that a reorganisation has taken back', () => {
    const { journal, store, change } = written();
    const block = { transactionHash: '0xaa', blockNumber: 1200, blockHash: '0xbb', blockTimeMs: 5 };
    store.saveInclusion({ ...block, fromSeq: 2, toSeq: 3 });
    expect(journal.inclusion(chainId, contract, 2)).toMatchObject({ block_number: 1200 });
    change(`UPDATE inclusions SET from_seq = 9, checksum = 5 WHERE to_seq = 3`);
    expect(journal.inclusion(chainId, contract, 2)).toBeUndefined();
    expect(journal.inclusion(chainId, contract, 1)).toBeUndefined();
    store.saveInclusion({ ...block, fromSeq: 2, toSeq: 3 });
    expect(journal.inclusion(chainId, contract, 2)).toMatchObject({ block_number: 1200 });
  });

  it('a proof by a relay is none, and a signed header is refused', () => {
    const { journal, store, change } = written();
    change(`UPDATE aggregate_proofs ${lose}`);
    expect(journal.aggregateProof(chainId, contract, 2)).toBeUndefined();
    change(`UPDATE batches ${lose} WHERE seq = 4`);
    const damaged = { code: 'JOURNAL_DAMAGED' };
    expect(thrownBy(() => journal.batch(chainId, contract, 4))).toMatchObject(damaged);
    expect(thrownBy(() => journal.latestBatch(chainId, contract))).toMatchObject(damaged);
    expect(thrownBy(() => store.pendingBatches(5))).toMatchObject(damaged);
    expect(journal.batch(chainId, contract, 3)?.seq).toBe(3);
  });

  it('a trouble stays one', () => {
    const { journal, change } = written();
    change(`UPDATE problems ${lose} WHERE role = 'ledger-sync'`);
    expect(journal.problems().map(({ code }) => code)).toEqual(['PAYER_LOW', 'JOURNAL_DAMAGED']);
  });

  it('a chip that was answered is asked about again, and no changed proof is sent to its maker', () => {
    const { proofs, change } = written();
    change(`UPDATE tag_proof_answers ${lose}`);
    expect(proofs.answers()).toEqual([]);
    change("UPDATE judge_state SET value = '{}', checksum = 5 WHERE key LIKE 'authenticity/proof/%'");
    expect(proofs.asks('authenticity/proof/')).toEqual([]);
  });
});
