// Commands from afar: only what a known key has signed for this gateway, once, while it is valid; each one is a record.

import { expect, it } from 'vitest';
import { CommandDesk, type CommandKey } from '../../../gateway/commands/command-desk.js';
import { type Command, signCommand } from '../../../gateway/commands/signed-command.js';
import { RemoteCommands } from '../../../gateway/publish/remote-commands.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { PipelineEntry } from '../../../gateway/sealing/log-pipeline.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { connectClient } from '../mqtt-clients.js';
import { contextWith } from '../record-context.js';
import { startTestBroker } from '../test-broker.js';

const nowMs = 1_700_000_000_000;
const gateway = new Uint8Array(20).fill(7);
const officeKey = new Uint8Array(32).fill(3);
const strangerKey = new Uint8Array(32).fill(4);
const office: CommandKey = {
  name: 'office',
  address: `0x${toHex(new SoftwareSigner(officeKey).address)}`,
  may: ['status'],
};

function commandOf(changes: Partial<Command> = {}): Command {
  return {
    ...{ gateway: `0x${toHex(gateway)}`, name: 'status', id: 'c1', key: 'office' },
    ...{ issuedAtMs: nowMs, expiresAtMs: nowMs + 600_000, ...changes },
  };
}

const payloadOf = (command: Command, key = officeKey) => Buffer.from(signCommand(key, command));

function commandBench(state = new StateStore(new Map())) {
  const entries: PipelineEntry[] = [];
  const answers: (readonly [string, object])[] = [];
  let atMs = nowMs;
  const desk = new CommandDesk({
    ...{ gateway, keys: [office], state, context: contextWith() },
    now: () => ({ unixMs: atMs, uptimeMs: 5_000 }),
    add: (entry) => {
      entries.push(entry);
      entry.onDurable?.(41 + entries.length);
    },
    handlers: { status: () => ({ records: 5 }), rebirth: () => undefined },
  });
  const send = (command: Command, payload = payloadOf(command)) =>
    desk.take(command.name, payload, (id, told) => answers.push([id, told]));
  const at = (ms: number) => {
    atMs = ms;
  };
  return { desk, state, entries, answers, send, at };
}

const detailsOf = (entries: readonly PipelineEntry[]) =>
  entries.flatMap(({ drafts }) => drafts.map(({ detail }) => detail));

it('carries out what a known key has signed, and the command is a record', () => {
  const { entries, answers, send } = commandBench();
  send(commandOf());
  expect(answers).toEqual([['c1', { ok: true, result: { records: 5 }, sequence: 42 }]]);
  expect(detailsOf(entries)).toEqual([
    { type: 'command', command: 'status', id: 'c1', key: 'office', ok: true },
  ]);
});

it('takes a command once, also after a restart and with the clock set back', () => {
  const first = commandBench();
  first.send(commandOf());
  first.send(commandOf());
  expect(first.answers.at(-1)).toMatchObject(['c1', { ok: false, code: 'COMMAND_REPEATED' }]);
  expect(first.entries).toHaveLength(1);
  const later = commandBench(new StateStore(new Map(first.state.entries(''))));
  later.at(nowMs + 3_600_000);
  later.send(commandOf({ id: 'c2', issuedAtMs: nowMs + 3_600_000, expiresAtMs: nowMs + 3_700_000 }));
  later.at(nowMs);
  later.send(commandOf());
  expect(later.answers.at(-1)).toMatchObject(['c1', { ok: false, code: 'COMMAND_REPEATED' }]);
});

it('forgets a spent id only a day after its expiry', () => {
  const { state, send, at } = commandBench();
  send(commandOf());
  at(nowMs + 600_000 + 86_400_001);
  send(commandOf({ id: 'c2', issuedAtMs: nowMs, expiresAtMs: nowMs + 1 }));
  expect(state.entries('command/').map(([key]) => key)).toEqual(['command/office/c2']);
});

it.each([
  ['after its expiry', { issuedAtMs: nowMs - 10, expiresAtMs: nowMs - 1 }, 'COMMAND_EXPIRED'],
  ['from the future', { issuedAtMs: nowMs + 300_001, expiresAtMs: nowMs + 300_002 }, 'COMMAND_EXPIRED'],
  ['valid for more than an hour', { expiresAtMs: nowMs + 3_600_001 }, 'COMMAND_TOO_LONG'],
  ['that the key may not ask', { name: 'rebirth' }, 'COMMAND_FORBIDDEN'],
  ['that nobody knows', { name: 'toString' }, 'COMMAND_UNKNOWN'],
])('refuses a command %s, and the refusal is a record', (_what, changes, code) => {
  const { entries, answers, send } = commandBench();
  send(commandOf(changes));
  expect(answers).toMatchObject([['c1', { ok: false, code }]]);
  expect(detailsOf(entries)).toMatchObject([{ ok: false, code }]);
});

it('neither answers nor records what no known key has signed for this gateway', () => {
  const { desk, entries, answers, send } = commandBench();
  const good = commandOf();
  const other = { ...good, gateway: `0x${'08'.repeat(20)}` };
  const forged = [
    payloadOf(good, strangerKey),
    payloadOf(other),
    payloadOf(commandOf({ key: 'strangers' })),
    Buffer.from(JSON.stringify({ ...JSON.parse(payloadOf(good).toString()), expiresAtMs: nowMs + 9 })),
    Buffer.from(JSON.stringify({ ...JSON.parse(payloadOf(good).toString()), more: 1 })),
    Buffer.from('[]'),
    Buffer.from([0xff]),
    Buffer.alloc(5000, 0x20),
  ];
  for (const payload of forged) send(good, payload);
  desk.take('rebirth', payloadOf(good), () => answers.push(['', {}]));
  expect([answers, entries, desk.unheard]).toEqual([[], [], forged.length + 1]);
});

it('answers on the reply topic, and in MQTT 5 where it is asked to, but never into topics of others', async () => {
  const { desk } = commandBench();
  const broker = await startTestBroker();
  const topics = topicsOf('truck-17');
  const { client } = await connectClient(broker.port);
  const commands = new RemoteCommands(desk, topics);
  commands.attach(client);
  const ask = (id: string, properties: object) => {
    const packet = {
      cmd: 'publish',
      topic: topics.command('status'),
      payload: '',
      qos: 1,
      dup: false,
      retain: false,
    };
    client.emit('message', packet.topic, payloadOf(commandOf({ id })), { ...packet, properties } as never);
  };
  ask('a', {});
  ask('b', { responseTopic: 'office/answers' });
  ask('c', { responseTopic: 'coldgate/1/truck-18/status' });
  ask('d', { responseTopic: 'office/+' });
  const at = (topic: string) => broker.on(topic);
  await eventually('all are answered', () => at(topics.reply('d')).length === 1);
  expect(at(topics.reply('a'))).toMatchObject([{ version: 1, id: 'a', command: 'status', ok: true }]);
  expect(at('office/answers')).toMatchObject([{ id: 'b', ok: true }]);
  expect(at(topics.reply('c'))).toMatchObject([{ id: 'c', ok: true }]);
  expect(broker.published.some(({ topic }) => topic.includes('truck-18'))).toBe(false);
});
