// A relay at a broker that wants a login.

import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { loadRelayConfig } from '../../../config/load.js';
import { startRelay } from '../../../gateway/relay/relay-role.js';
import { createKeyFile, createPassphraseFile } from '../../../gateway/sealing/key-file.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { tempFolder } from '../temp-folder.js';

test('shows the user and the password of its configuration', async () => {
  const logins: unknown[] = [];
  const aedes = await Aedes.createBroker({
    authenticate: (_client, username, password, done) => {
      logins.push([username, password?.toString()]);
      done(null, true);
    },
  });
  const server = createServer((socket) => void aedes.handle(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const folder = tempFolder();
  const fileOf = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  fileOf('password', 'pass word\n');
  await createKeyFile(join(folder, 'key.json'), createPassphraseFile(join(folder, 'passphrase')));
  const { port } = server.address() as AddressInfo;
  const config = fileOf(
    'relay.yaml',
    [
      `broker: { url: 'mqtt://127.0.0.1:${port}', username: relay, passwordFile: password }`,
      "ledger: { rpcUrl: 'http://127.0.0.1:1', chainId: 31337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',",
      '  payerKeyFile: key.json, payerPassphraseFile: passphrase }',
    ].join('\n'),
  );
  const relay = await startRelay(loadRelayConfig(config), pino({ level: 'silent' }));
  onTestFinished(async () => {
    await relay.close();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    server.close();
  });
  await eventually('it logs in', () => logins.length > 0);
  expect(logins[0]).toEqual(['relay', 'pass word']);
});
