// A broker whose operator shall read nothing: what reaches it, and what those who may read make of it.

import { describe, expect, it } from 'vitest';
import { PartSealer } from '../../../gateway/privacy/part-sealer.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { decodeRecord, recordKinds, subjectOf } from '../../../ledger-sync/evidence/record.js';
import { makeRecipientKey } from '../../../ledger-sync/sealed/key-wrap.js';
import { SealedReader } from '../../../ledger-sync/sealed/sealed-part.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { draftWith, readings, requestOf } from '../drafts.js';
import { publisherOf } from '../publisher-bench.js';
import { startTestBroker } from '../test-broker.js';
import { openTestLog } from '../test-log.js';

interface Sealed {
  readonly sealed: unknown;
}
interface LogMessage extends Sealed {
  readonly firstSequence: number;
  readonly records: readonly { readonly leaf: string; readonly name?: string }[];
}

const EPC = '30751feb705c5904e3d50d70';
const excursion = { type: 'excursion', excursionId: 'cargo-1-5', event: 'opened', product: 'Lot 7A' };

async function person() {
  const { publicKey, privateKey } = await makeRecipientKey();
  return { publicKey: toHex(publicKey), reader: new SealedReader(privateKey) };
}

async function sealedBench(readers: string[]) {
  const log = openTestLog();
  const broker = await startTestBroker();
  const troubles: string[] = [];
  const sealer = new PartSealer({
    readers: () => readers,
    topicKey: new Uint8Array(32).fill(5),
    nowMs: () => performance.now(),
    onReady: () => bench.publisher.pump(),
    onTrouble: (reason) => troubles.push(reason),
  });
  const topics = topicsOf('truck-17', (id) => sealer.opaque(id));
  const bench = publisherOf(log, broker.port, { sealer, topics });
  const write = () =>
    log.writer.seal(
      requestOf([
        ...readings(2),
        draftWith({
          kind: recordKinds.tagSighting,
          subjectName: EPC,
          isSalted: true,
          shipmentName: 'SHIP-1',
          detail: { type: 'tag-sighting', count: 1 },
        }),
        draftWith({ kind: recordKinds.excursion, value: 9_000, detail: excursion }),
      ]),
    );
  return { ...bench, log, broker, sealer, topics, troubles, write };
}

const allOf = (broker: Awaited<ReturnType<typeof startTestBroker>>) =>
  broker.published.map(({ topic, payload }) => `${topic} ${payload.toString('latin1')}`).join('\n');

describe('a broker with recipients', () => {
  it('gets leaves and checkpoints as ever, and no name, serial or document', async () => {
    const { publicKey } = await person();
    const { broker, publisher, topics, write } = await sealedBench([publicKey]);
    write();
    publisher.open();
    await eventually('the log arrives', () => publisher.acknowledged === 4);
    await eventually('the alert arrives', () => broker.on(topics.alert('cargo-1-5')).length > 0);
    await eventually('the reading arrives', () => broker.on(topics.sensor('cargo-front')).length > 0);
    const shown = allOf(broker);
    for (const hidden of ['cargo-front', 'cargo-1-5', EPC, 'SHIP-1', 'Lot 7A']) {
      expect(shown).not.toContain(hidden);
    }
  });

  it('lets a reader check every name and document against the leaves', async () => {
    const { publicKey, reader } = await person();
    const { broker, publisher, topics, write } = await sealedBench([publicKey]);
    write();
    publisher.open();
    await eventually('the log arrives', () => publisher.acknowledged === 4);
    const [message] = broker.on(topics.log) as LogMessage[];
    const text = await reader.text(message?.sealed, `${topics.log}/${message?.firstSequence}`);
    const { names, details } = JSON.parse(text) as {
      names: { subject: string; name: string; salt?: string }[];
      details: object[];
    };
    for (const { subject, name, salt } of names) {
      expect(toHex(subjectOf(name, salt === undefined ? undefined : Buffer.from(salt, 'hex')))).toBe(subject);
    }
    expect(names.map(({ name }) => name).sort()).toEqual([EPC, 'SHIP-1', 'cargo-front']);
    const leaves = message?.records.map(({ leaf }) => decodeRecord(Buffer.from(leaf, 'base64url'))) ?? [];
    const hashes = leaves.map(({ detail }) => toHex(detail)).filter((hash) => hash !== '');
    expect(details.map((document) => toHex(detailHash(document)))).toEqual(hashes);
    const [alert] = broker.on(topics.alert('cargo-1-5')) as Sealed[];
    const told = JSON.parse(await reader.text(alert?.sealed, topics.alert('cargo-1-5')));
    expect(told).toMatchObject({ alertId: 'cargo-1-5', detail: excursion });
  });

  it('shows texts of one kind at one length, whatever they say', async () => {
    const { publicKey } = await person();
    const { sealer } = await sealedBench([publicKey]);
    await eventually('there is a key', () => sealer.isReady);
    const lengths = ['a', 'active', 'placebo of the second arm'].map(
      (text) => sealer.seal(text, 'a topic').ciphertext.length,
    );
    expect(new Set(lengths).size).toBe(1);
  });

  it('a part moved to another topic does not open', async () => {
    const { publicKey, reader } = await person();
    const { sealer } = await sealedBench([publicKey]);
    await eventually('there is a key', () => sealer.isReady);
    const part = sealer.seal('text', 'one topic');
    await expect(reader.text(part, 'another topic')).rejects.toMatchObject({ code: 'SEALED_BROKEN' });
    expect((await reader.text(part, 'one topic')).trim()).toBe('text');
  });

  it('seals nothing more for a reader that was removed, and goes on for the others', async () => {
    const [stays, leaves] = [await person(), await person()];
    const readers = [stays.publicKey, leaves.publicKey];
    const { broker, publisher, topics, write } = await sealedBench(readers);
    write();
    publisher.open();
    await eventually('the log arrives', () => publisher.acknowledged === 4);
    readers.pop();
    write();
    publisher.pump();
    await eventually('the rest arrives', () => publisher.acknowledged === 8);
    const [before, after] = broker.on(topics.log) as LogMessage[];
    const about = (message?: LogMessage) => `${topics.log}/${message?.firstSequence}`;
    expect(await leaves.reader.text(before?.sealed, about(before))).toContain(EPC);
    await expect(leaves.reader.text(after?.sealed, about(after))).rejects.toMatchObject({
      code: 'NOT_FOR_THIS_KEY',
    });
    expect(await stays.reader.text(after?.sealed, about(after))).toContain(EPC);
  });

  it('is told nothing while nobody may read, and everything once somebody may', async () => {
    const { publicKey } = await person();
    const readers: string[] = [];
    const { broker, publisher, topics, write, troubles } = await sealedBench(readers);
    write();
    publisher.open();
    await eventually('it says so', () => troubles.length > 0);
    publisher.pump();
    expect(troubles).toEqual(['nobody may read what is sealed for this broker']);
    expect(broker.on(topics.log)).toEqual([]);
    readers.push(publicKey);
    publisher.pump();
    await eventually('the log arrives', () => publisher.acknowledged === 4);
  });
});
