// The role as a process has it: it waits for what must be there, opens its port only where it may, and closes in order.

import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../config/load.js';
import { accountRow } from '../../../gateway/accounts/account.js';
import { sealedKeySchema } from '../../../gateway/accounts/sealed-key.js';
import { startConsoleRole } from '../../../gateway/console/console-role.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { person, sealedKey } from '../accounts/account-office.js';
import { requestOf } from '../drafts.js';
import { quietLog } from '../quiet-log.js';
import { tempFolder } from '../temp-folder.js';
import { TestLog } from '../test-log.js';

function setUp(consoleYaml: string) {
  const folder = tempFolder();
  const log = new TestLog(folder);
  onTestFinished(() => log.close());
  const config = parseConfig(
    `gateway: { name: truck-17, dataDir: '${folder}' }\nconsole: ${consoleYaml}\n`,
    join(folder, 'coldgate.yaml'),
  );
  if (!config.console) throw new Error('there is no console');
  const quiet = quietLog();
  const start = async () => {
    const role = await startConsoleRole(
      config,
      config.console as NonNullable<typeof config.console>,
      quiet.log,
    );
    onTestFinished(() => role.close());
    return role;
  };
  const urlOf = () =>
    quiet.lines.map(({ url }) => url).find((url) => typeof url === 'string') as string | undefined;
  return { folder, log, quiet, start, urlOf };
}

const statusOf = (url: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    getHttp(`${url}/api/door`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

test('it waits for the journal of the gateway role, and serves then', async () => {
  const { log, quiet, start, urlOf } = setUp('{ listen: { port: 0 } }');
  const role = await start();
  await eventually('it says what it waits for', () =>
    quiet.lines.some(({ msg }) => String(msg).includes('waiting')),
  );
  expect(urlOf()).toBeUndefined();
  log.open();
  await eventually('it listens', () => urlOf() !== undefined);
  expect(await statusOf(urlOf() ?? '')).toBe(200);
  await role.close();
  await expect(statusOf(urlOf() ?? '')).rejects.toThrow();
});

test('reachable by others it stays closed until somebody administers', async () => {
  const yaml =
    '{ listen: { port: 0 }, trustedProxies: [ 127.0.0.1 ], publicOrigin: "https://truck.example.org" }';
  const { log, quiet, start, urlOf } = setUp(yaml);
  log.open();
  await start();
  await eventually('it says what is missing', () =>
    quiet.lines.some(({ code }) => code === 'CONSOLE_NEEDS_ADMINISTRATOR'),
  );
  expect(urlOf()).toBeUndefined();
  const { name, printedName, signer, totp } = person('ada', 'administrator');
  const ada = {
    ...{
      name,
      printedName,
      signer,
      role: 'administrator' as const,
      totpSecret: totp,
      key: sealedKeySchema.parse(sealedKey()),
    },
    ...{ isDisabled: true, createdAtMs: 1, passwordSinceMs: 1, retiredSigners: [] },
  };
  const put = (isDisabled: boolean) =>
    log.writer.seal(requestOf([], { judgeState: [accountRow({ ...ada, isDisabled })] }));
  put(true);
  put(false);
  await eventually('it listens', () => urlOf() !== undefined);
  expect(urlOf()).toBe('https://truck.example.org');
});

test('a port that is taken is an error that says which', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { log, start } = setUp(`{ listen: { port: ${(other.address() as AddressInfo).port} } }`);
  log.open();
  const role = await start();
  await expect(role.failed).rejects.toMatchObject({ code: 'CONSOLE_PORT_TAKEN' });
});

test('over TLS 1.2 and later it shows its certificate, and browsers are told to stay with it', async () => {
  const vector = (name: string) => new URL(`../../vectors/tls/${name}`, import.meta.url).pathname;
  const files = tempFolder();
  const [certFile, keyFile] = [join(files, 'console.pem'), join(files, 'console.key')];
  copyFileSync(vector('server-a.pem'), certFile);
  copyFileSync(vector('server-a.key'), keyFile);
  chmodSync(keyFile, 0o600);
  const { log, start, urlOf } = setUp(
    `{ listen: { port: 0, tls: { certFile: '${certFile}', keyFile: '${keyFile}' } } }`,
  );
  log.open();
  await start();
  await eventually('it listens', () => urlOf() !== undefined);
  const url = urlOf() ?? '';
  expect(url).toMatch(/^https:/);
  const ca = readFileSync(vector('ca.pem'), 'utf8');
  const ask = (options: object) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      getHttps(`${url}/api/door`, { ca, ...options }, (response) => {
        response.resume();
        resolve(response.headers);
      }).on('error', reject);
    });
  expect((await ask({}))['strict-transport-security']).toMatch(/^max-age=/);
  await expect(ask({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
});
