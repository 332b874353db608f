// Whose log this is: the gateway's address, how often the log was begun again, and the machine's boots.

import type { JournalDatabase } from './database.js';
import { JournalError } from './journal-error.js';
import { insertInto } from './row-check.js';

interface IdentityRow {
  readonly gateway: Uint8Array;
  readonly generation: number;
}

/** The identity row, or undefined in a journal that no gateway has used yet. */
export function readIdentity(database: JournalDatabase): IdentityRow | undefined {
  return database.prepare<[], IdentityRow>('SELECT gateway, generation FROM log_identity').get();
}

/**
 * Claims the journal for `gateway` (20-byte address) at the first start.
 * @throws JournalError JOURNAL_OTHER_GATEWAY if another key wrote it
 */
export function claimIdentity(database: JournalDatabase, gateway: Uint8Array, path: string): IdentityRow {
  const found = readIdentity(database);
  if (found && Buffer.compare(found.gateway, gateway) !== 0) {
    const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;
    throw new JournalError(
      'JOURNAL_OTHER_GATEWAY',
      `${path} holds the log of ${hex(found.gateway)}, the device key is ${hex(gateway)}`,
      'give this key its own data folder, or bring back the key that wrote the log',
    );
  }
  if (found) return found;
  database.prepare('INSERT INTO log_identity (one, gateway, generation) VALUES (1, ?, 0)').run(gateway);
  return { gateway, generation: 0 };
}

/**
 * Begins a new start: writes its generation and forgets what was known of the ledger, since a restored journal
 * may know an old head. Durable before anything is signed.
 */
export function beginGeneration(database: JournalDatabase, generation: number): void {
  database.transaction(() => {
    database.prepare('UPDATE log_identity SET generation = ?').run(generation);
    database.prepare('DELETE FROM ledger_heads').run();
  })();
}

/** The number of this boot: +1 whenever the kernel's boot id is a new one. */
export function countBoot(database: JournalDatabase, bootId: string): number {
  const last = database
    .prepare<[], { boot_count: number; boot_id: string }>(
      'SELECT boot_count, boot_id FROM boots ORDER BY boot_count DESC LIMIT 1',
    )
    .get();
  if (last?.boot_id === bootId) return last.boot_count;
  const bootCount = (last?.boot_count ?? 0) + 1;
  database.prepare(insertInto('boots')).run(bootCount, bootId);
  return bootCount;
}
