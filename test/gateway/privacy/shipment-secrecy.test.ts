// Everything that a shipment leaves on a broker that is not trusted, and on the ledger, in the hands of an attacker who
// knows every serial, party, place and person there is, and each document but its salt. Beside it the same attack on a
// broker that is trusted: it must succeed there, or it would prove nothing here. Needs the build.

import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import mqtt from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { NmeaSimulator } from '../../../firmware-bridge/simulators/nmea-simulator.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import { serveOverTcp } from '../../../firmware-bridge/simulators/stream-server.js';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { readIdentity } from '../../../gateway/journal/identity.js';
import { createKeyFile, createPassphraseFile } from '../../../gateway/sealing/key-file.js';
import { genesisHead } from '../../../ledger-sync/evidence/batch.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { keccak256 } from '../../../ledger-sync/evidence/keccak.js';
import { makeGatewayFolder, topicOf } from '../../faults/gateway-folder.js';
import { runGateway } from '../../faults/gateway-process.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { tempFolder } from '../temp-folder.js';
import { startTestBroker, type TestBroker } from '../test-broker.js';
import { done, People } from '../typed-commands.js';

const LIMIT_MS = 180_000;
const EPC = '3114257bf4499602d2000000';
const CONTRACT = '0x5fbdb2315678afecb367f032d93f642f64180aa3';
const SSCC = '106141412345678908';
const parties = ['Example Pharma, Basel', 'Kantonsspital, Aarau', 'Example Lines, Olten'];
// Long enough not to stand in ciphertext by chance.
const [ADMINISTRATOR, OPERATOR] = ['ada-of-basel', 'omar-of-olten'];
const persons = [ADMINISTRATOR, OPERATOR].flatMap((name) => [name, `${name} Example`]);
const dictionary = [EPC, SSCC, `urn:epc:id:sscc:${SSCC}`, ...parties, ...persons, 'SHIP-77', 'LOT-7A'];

async function served(device: SimulatedDevice): Promise<string> {
  const port = await serveOverTcp(device);
  onTestFinished(() => port.close());
  return port.port;
}

const digest = (algorithm: string, bytes: Uint8Array | string) =>
  createHash(algorithm).update(bytes).digest('hex');

/** All that the broker saw, in each writing in which bytes may stand in it: as text, and base64 undone to hex. */
function seenBy(broker: TestBroker): string {
  return broker.published
    .map(({ topic, payload }) => {
      const text = payload.toString('utf8');
      const decoded = [...text.matchAll(/"([A-Za-z0-9_-]{40,})"/g)].map(([, word = '']) =>
        Buffer.from(word, 'base64url').toString('hex'),
      );
      return [topic, text, ...decoded].join('\n');
    })
    .join('\n');
}

/** What of the dictionary is found: plainly, or by a hash that somebody might think hides it. */
function foundIn(seen: string, documents: readonly object[]): string[] {
  const byWord = dictionary.filter((word) => {
    const hex = Buffer.from(word).toString('hex');
    const hashes = ['sha256', 'sha1', 'md5'].map((algorithm) => digest(algorithm, word));
    const keccak = Buffer.from(keccak256(Buffer.from(word))).toString('hex');
    // A subject is the first half of a hash.
    const halves = [...hashes, keccak].map((hash) => hash.slice(0, 32));
    return [word, hex, ...halves].some((form) => seen.includes(form));
  });
  const byDocument = documents
    .filter((document) => seen.includes(Buffer.from(detailHash(document)).toString('hex')))
    .map((document) => JSON.stringify(document));
  return [...byWord, ...byDocument];
}

/** What the ledger-sync role writes when the contract knows the gateway and has no header of it yet. */
function knownToLedger(path: string): void {
  const database = openDatabase(path, { access: 'peer' });
  const gateway = readIdentity(database)?.gateway ?? new Uint8Array();
  const contract = fromHex(CONTRACT);
  const domain = { chainId: 31337, verifyingContract: contract };
  anchorRows(database, gateway, domain).saveHead({
    ...{ chainId: 31337, contract, gateway, head: genesisHead(gateway) },
    ...{ seq: 0, blockNumber: 1, registered: true },
  });
  database.close();
}

/** The documents of the log about goods, parties, places and persons: as stored, and as an attacker may guess them. */
function documentsOf(journal: string) {
  const database = new Database(journal, { readonly: true });
  const rows = database
    .prepare<[], { document: string }>('SELECT detail AS document FROM records WHERE detail IS NOT NULL')
    .all();
  const headers = database
    .prepare<[], { prev: Buffer; root: Buffer; meta: Buffer; signature: Buffer }>('SELECT * FROM batches')
    .all();
  database.close();
  const all = rows.map(({ document }) => JSON.parse(document) as Record<string, unknown>);
  const telling = all.filter(({ type }) =>
    ['shipment', 'position', 'account', 'recipient'].includes(`${type}`),
  );
  return {
    telling,
    guessed: telling.map(({ salt: _salt, ...document }) => document),
    onLedger: headers
      .map(({ prev, root, meta, signature }) => Buffer.concat([prev, root, meta, signature]).toString('hex'))
      .join('\n'),
  };
}

test(
  'neither a broker that is not trusted nor the ledger learns a serial, a party, a person or a place',
  async () => {
    const path = tempFolder();
    const [hidden, open] = [await startTestBroker(), await startTestBroker()];
    const folder = await makeGatewayFolder(path, {
      sensorIds: ['front'],
      devices: [
        `{ id: dock, type: m100, port: '${await served(new M100Simulator({ epcs: [EPC] }))}' }`,
        `{ id: place, type: nmea, port: '${await served(new NmeaSimulator())}' }`,
      ],
      brokers: [
        `{ name: carrier, url: 'mqtt://127.0.0.1:${hidden.port}', sealedFor: [ quality ] }`,
        `{ name: own, url: 'mqtt://127.0.0.1:${open.port}' }`,
      ],
    });
    const [payerKey, payerPassphrase] = [join(path, 'payer.json'), join(path, 'payer')];
    await createKeyFile(payerKey, createPassphraseFile(payerPassphrase));
    appendFileSync(
      folder.config,
      `excursions: [ { sensorId: front, highMilliC: 8000 } ]
ledger: { rpcUrl: 'http://127.0.0.1:1', chainId: 31337, contract: '${CONTRACT}', payerKeyFile: ${payerKey}, payerPassphraseFile: ${payerPassphrase}, batchIntervalMs: 1000 }
`,
    );
    const config = ['-c', folder.config];
    const gateway = runGateway(folder.config);
    const port = await gateway.brokerPort();
    const people = new People(path, folder.config);
    await people.enrol(ADMINISTRATOR, 'administrator');
    await people.enrol(OPERATOR, 'operator', ADMINISTRATOR);
    const key = (await done('recipients', 'key', join(path, 'quality.key'))).trim();
    await done('recipients', 'add', 'quality', key, ...config, ...(await people.as(ADMINISTRATOR)));
    const order = join(path, 'order.yaml');
    writeFileSync(
      order,
      `id: SHIP-77
profile: GDP-2-8-default
probes: [ front ]
tags: [ '${SSCC}' ]
consignor: ${parties[0]}
consignee: ${parties[1]}
carrier: ${parties[2]}
products: [ { gtin: '09521141123454', lot: LOT-7A } ]
`,
    );
    await done('shipment', 'create', order, ...config, ...(await people.as(OPERATOR)));
    await done('shipment', 'arm', 'SHIP-77', ...config, ...(await people.as(OPERATOR)));
    const sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    onTestFinished(() => void sensor.end(true));
    await sensor.publishAsync(topicOf('front'), JSON.stringify({ value: 9_000 }), { qos: 1 });
    const kindsAt = (broker: TestBroker) =>
      new Set(
        (broker.on('coldgate/1/faults/log') as { records: { kind: string }[] }[]).flatMap(({ records }) =>
          records.map(({ kind }) => kind),
        ),
      );
    const wanted = ['tagSighting', 'position', 'shipmentEvent', 'operatorAction', 'temperature'];
    for (const broker of [hidden, open]) {
      await eventually('the shipment is told', () => wanted.every((kind) => kindsAt(broker).has(kind)));
    }
    knownToLedger(folder.journal);
    await eventually('a header is cut', () => hidden.on('coldgate/1/faults/batch').length > 0);
    await gateway.stop();

    const { telling, guessed, onLedger } = documentsOf(folder.journal);
    expect(new Set(telling.map(({ type }) => type))).toEqual(
      new Set(['shipment', 'position', 'account', 'recipient']),
    );
    expect(foundIn(seenBy(hidden), guessed)).toEqual([]);
    expect(onLedger).not.toBe('');
    expect(foundIn(onLedger, guessed)).toEqual([]);
    // The same eyes see the serial where names are told, and know a document whose salt they have.
    expect(foundIn(seenBy(open), guessed)).toContain(EPC);
    expect(foundIn(seenBy(hidden), telling)).toHaveLength(telling.length);
  },
  LIMIT_MS,
);
