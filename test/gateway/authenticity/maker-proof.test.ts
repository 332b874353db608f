// From a chip that proves itself to its maker alone to the third level: the built gateway takes what an Impinj reader tells
// over MQTT, the ledger-sync role's part asks a service over HTTP, and the gateway tells what it said. Needs the build.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../../../gateway/journal/database.js';
import { TagProofsFollow } from '../../../gateway/tag-proofs-follow.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { makeGatewayFolder } from '../../faults/gateway-folder.js';
import { runGateway } from '../../faults/gateway-process.js';
import { connectClient } from '../mqtt-clients.js';
import { tempFolder } from '../temp-folder.js';
import { believed, epcOf } from './tag-bench.js';

const LIMIT_MS = 60_000;
const WAIT = { timeout: LIMIT_MS, interval: 100 };
const [genuine, copied, foreign] = ['51a3269379aafd00', '51a3269379aafd01', '51a3269379aafd02'];
const judgement: Readonly<Record<string, string>> = { [genuine]: 'genuine', [copied]: 'not-genuine' };

/** A service that knows two chips; what it does instead of answering is the test's to say. */
async function tagService() {
  const service = { url: '', requests: [] as { token: string | undefined; body: unknown }[], instead: '' };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      const body = JSON.parse(text) as { proofs: { tid: string }[] };
      service.requests.push({ token: request.headers.authorization, body });
      if (service.instead === 'busy') response.writeHead(503).end();
      else if (service.instead === 'elsewhere') response.writeHead(302, { location: service.url }).end();
      else if (service.instead === 'short') response.end('{"version":1,"results":[]}');
      else if (service.instead === 'noise') response.end('<html>');
      else if (service.instead === 'flood') response.end('x'.repeat(70_000));
      else {
        const results = body.proofs.map(({ tid }) => judgement[tid] ?? 'unknown');
        response.end(JSON.stringify({ version: 1, results, more: 'is passed over' }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void server.close());
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tags`;
  return service;
}

test(
  'what a maker says of a proof becomes a record and a verdict; while nobody answers it is pending',
  async () => {
    const service = await tagService();
    const path = tempFolder();
    const folder = await makeGatewayFolder(path, {});
    const tokenFile = join(path, 'keys', 'tag-service-token');
    writeFileSync(tokenFile, 'Zm9v.token\n', { mode: 0o600 });
    const reader = '  sensors:\n    - { topic: impinj/dock, mapping: impinj, readerId: dock }\n';
    writeFileSync(
      folder.config,
      readFileSync(folder.config, 'utf8').replace('publish:', `${reader}publish:`),
    );
    const authenticity = { ...believed, tagService: { url: service.url, tokenFile } };
    appendFileSync(folder.config, `authenticity: ${JSON.stringify(authenticity)}\n`);
    const gateway = runGateway(folder.config);
    const { client } = await connectClient(Number(await gateway.brokerPort()));
    let reads = 0;
    const read = (serial: number, tidHex: string, responseHex = '071305DC7779E91A') => {
      reads += 1;
      const messageHex = `0535443E${reads.toString(16).padStart(4, '0').toUpperCase()}`;
      const tagAuthenticationResponse = { messageHex, responseHex, tidHex: tidHex.toUpperCase() };
      const tagInventoryEvent = { epcHex: epcOf(serial), antennaPort: 1, tagAuthenticationResponse };
      const event = {
        timestamp: '2026-03-01T20:01:30.461684205Z',
        eventType: 'tagInventory',
        tagInventoryEvent,
      };
      return client.publishAsync('impinj/dock', JSON.stringify(event), { qos: 1 });
    };
    await read(1001, genuine);
    await read(1002, copied);
    await read(1003, foreign);
    await read(1004, genuine, '');

    const database = openDatabase(folder.journal, { access: 'peer' });
    onTestFinished(() => void database.close());
    const records = (type: string) =>
      (
        database.prepare('SELECT leaf, detail FROM records ORDER BY sequence').all() as {
          leaf: Uint8Array;
          detail: string;
        }[]
      )
        .filter(({ leaf }) => decodeRecord(leaf).kind === recordKinds.tagAuthenticity)
        .map(({ detail }) => JSON.parse(detail))
        .filter((detail) => detail.type === type);
    const asks = () =>
      Number(
        database
          .prepare("SELECT count(*) FROM judge_state WHERE key LIKE 'authenticity/proof/%'")
          .pluck()
          .get(),
      );
    await vi.waitFor(() => expect([asks(), records('tag-authenticity').length]).toEqual([3, 4]), WAIT);
    expect(records('tag-authenticity').map(({ levels }) => levels.proof)).toEqual([
      'pending',
      'pending',
      'pending',
      'no-answer',
    ]);

    const stop = new AbortController();
    const follow = new TagProofsFollow(authenticity.tagService, database, stop.signal);
    for (const [instead, code] of [
      ['busy', 'RPC_DOWN'],
      ['elsewhere', 'RPC_REDIRECTED'],
      ['short', 'RPC_MALFORMED'],
      ['noise', 'RPC_MALFORMED'],
      ['flood', 'RPC_TOO_LARGE'],
    ] as const) {
      service.instead = instead;
      await expect(follow.look()).rejects.toMatchObject({ code });
    }
    // kill -9 meanwhile: what is asked stands beside the log.
    await gateway.kill();
    service.instead = '';
    service.requests.length = 0;
    expect(await follow.look()).toBe(3);
    expect(service.requests).toEqual([
      {
        token: 'Bearer Zm9v.token',
        body: {
          version: 1,
          proofs: [genuine, copied, foreign].map((tid, index) => ({
            ...{ suite: 'impinj', message: `0535443e000${index + 1}`, response: '071305dc7779e91a', tid },
          })),
        },
      },
    ]);
    // What has its answer is not asked again while the gateway is away.
    expect(await follow.look()).toBe(0);

    const again = runGateway(folder.config);
    await again.line('gateway role started');
    await vi.waitFor(() => expect(asks()).toBe(0), WAIT);
    expect(
      records('tag-proof')
        .map(({ result }) => result)
        .sort(),
    ).toEqual(['failed', 'no-key', 'passed']);
    const judged = records('tag-authenticity').slice(4);
    expect(judged.map(({ verdict, levels, finding }) => [verdict, levels.proof, finding]).sort()).toEqual([
      ['suspect', 'failed', 'proof-failed'],
      ['unverified', 'passed', 'reader-challenged'],
    ]);
    const alerts = database.prepare("SELECT value FROM judge_state WHERE key LIKE 'alert/%'").pluck().all();
    expect(alerts.map((row) => JSON.parse(String(row)))).toEqual([
      expect.objectContaining({
        source: 'authenticity',
        sensorId: 'dock',
        severity: 'major',
        isOngoing: true,
      }),
    ]);
    // The chips' numbers were beside the log only, and only while their maker was asked.
    await follow.look();
    const everything = JSON.stringify([
      database.prepare('SELECT detail FROM records').pluck().all(),
      database.prepare('SELECT key, value FROM judge_state').all(),
      database.prepare('SELECT * FROM tag_proof_answers').all(),
    ]);
    for (const tid of [genuine, copied, foreign]) expect(everything).not.toContain(tid);
    expect(database.prepare('SELECT count(*) FROM tag_proof_answers').pluck().get()).toBe(0);
    await again.stop();
  },
  LIMIT_MS * 2,
);
