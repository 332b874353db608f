// Who may open the journal where the roles are services with a user each: the group of a folder that was given to it, and
// nobody else. Other users are played by a process that gives its own rights away.

import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../gateway/journal/database.js';
import { tempFolder } from '../temp-folder.js';

const GROUP = 64_001;
const OWNER = 64_002;
const PEER = 64_003;

const modesOf = (path: string) =>
  [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777);

/** A folder as systemd makes it for coldgate-gateway.service. */
function sharedFolder(): string {
  const folder = tempFolder();
  chmodSync(folder, 0o2750);
  return folder;
}

function openAsOwner(path: string) {
  const database = openDatabase(path, { access: 'owner' });
  onTestFinished(() => {
    database.close();
  });
  database.exec('CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)');
  return database;
}

describe('the files of the journal', () => {
  it('are for the group to write in a folder that carries the set-group-ID bit, whatever the mask', () => {
    const before = process.umask(0o077);
    onTestFinished(() => {
      process.umask(before);
    });
    const path = join(sharedFolder(), 'journal.db');
    openAsOwner(path);
    expect(modesOf(path)).toEqual([0o660, 0o660, 0o660]);
  });

  it('follow a folder that is given to a group later', () => {
    const folder = tempFolder();
    const path = join(folder, 'journal.db');
    openAsOwner(path);
    expect(modesOf(path)).toEqual([0o600, 0o600, 0o600]);
    chmodSync(folder, 0o2750);
    openAsOwner(join(folder, 'journal.db'));
    expect(modesOf(path)).toEqual([0o660, 0o660, 0o660]);
  });

  it('stay private in a folder that its group may merely write', () => {
    const folder = tempFolder();
    chmodSync(folder, 0o770);
    const path = join(folder, 'journal.db');
    openAsOwner(path);
    expect(modesOf(path)).toEqual([0o600, 0o600, 0o600]);
  });
});

/** Modules are loaded with the rights of whoever runs the tests, the journal is opened without them. */
const peerProgram = `
  const { openDatabase } = await import(process.argv[1]);
  const [, , path, user, group] = process.argv;
  process.setgroups([]);
  process.setgid(Number(group));
  process.setuid(Number(user));
  const { writeFileSync, unlinkSync } = await import('node:fs');
  const outcome = (task) => { try { task(); return 'done'; } catch (error) { return error.code; } };
  console.log(JSON.stringify({
    written: outcome(() => {
      const database = openDatabase(path, { access: 'peer' });
      database.prepare("INSERT OR REPLACE INTO problems (role, code, message, hint) VALUES ('ledger-sync', 'X', 'x', 'x')").run();
      database.close();
    }),
    made: outcome(() => writeFileSync(path + '-other', '')),
    removed: outcome(() => unlinkSync(path)),
    key: outcome(() => writeFileSync(path.replace('journal.db', 'device-key.json'), '')),
  }));
`;

function asUser(user: number, group: number, path: string): Record<string, string> {
  const module = new URL('../../../dist/gateway/journal/database.js', import.meta.url).href;
  const parameters = ['--input-type=module', '-e', peerProgram, module, path, String(user), String(group)];
  return JSON.parse(execFileSync(process.execPath, parameters, { encoding: 'utf8' }));
}

describe.skipIf(process.getuid?.() !== 0)('another user', () => {
  function prepared() {
    const folder = sharedFolder();
    chownSync(folder, OWNER, GROUP);
    chmodSync(folder, 0o2750);
    const path = join(folder, 'journal.db');
    writeFileSync(join(folder, 'device-key.json'), 'secret', { mode: 0o600 });
    return { folder, path, owner: openAsOwner(path) };
  }

  it('of the group writes its rows, and makes, removes or reads nothing beside the journal', () => {
    const { folder, path, owner } = prepared();
    const seen = asUser(PEER, GROUP, path);
    expect(seen).toEqual({ written: 'done', made: 'EACCES', removed: 'EACCES', key: 'EACCES' });
    expect(owner.prepare('SELECT code FROM problems').pluck().all()).toEqual(['X']);
    expect(readFileSync(join(folder, 'device-key.json'), 'utf8')).toBe('secret');
  });

  it('of another group cannot even see the journal', () => {
    expect(asUser(PEER, GROUP + 1, prepared().path).written).not.toBe('done');
  });

  it('waits for the gateway role while nobody has the journal open, instead of failing', () => {
    const { path, owner } = prepared();
    owner.close();
    expect(asUser(PEER, GROUP, path).written).toBe('JOURNAL_ABSENT');
    // The owner is about to open it: one file is there, the other not yet.
    writeFileSync(`${path}-wal`, '');
    expect(asUser(PEER, GROUP, path).written).toBe('JOURNAL_ABSENT');
    // Somebody looks at it as its owner before the group was given the files.
    for (const file of [path, `${path}-wal`, `${path}-shm`]) writeFileSync(file, '', { flag: 'a' });
    for (const file of [path, `${path}-wal`, `${path}-shm`]) chmodSync(file, 0o600);
    expect(asUser(PEER, GROUP, path).written).toBe('JOURNAL_ABSENT');
  });
});
