// Commands that change something: signed with all that they ask, decided as the request of a person without a signature
// would be, in one commit with the record of the command. What needs a person no key can do.

import { expect, it } from 'vitest';
import { commandNames } from '../../../config/names.js';
import { accountAuthorisation } from '../../../gateway/accounts/account-authorisation.js';
import { accountHandlers } from '../../../gateway/accounts/account-handlers.js';
import { KeyDecisions } from '../../../gateway/commands/command-decisions.js';
import { CommandDesk } from '../../../gateway/commands/command-desk.js';
import { type Command, isCommandSigned, signCommand } from '../../../gateway/commands/signed-command.js';
import { decideConfiguration } from '../../../gateway/configuration/apply-configuration.js';
import { ConfigurationFiles } from '../../../gateway/configuration/configuration-files.js';
import { configurationHash } from '../../../gateway/configuration/configuration-hash.js';
import { readPending } from '../../../gateway/configuration/configuration-state.js';
import type { RequestHandler, StateChange } from '../../../gateway/requests/request.js';
import { RequestDesk } from '../../../gateway/requests/request-desk.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { readAlert } from '../../../gateway/reviews/alert.js';
import { alertHandlers } from '../../../gateway/reviews/alert-handlers.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import type { PipelineEntry } from '../../../gateway/sealing/log-pipeline.js';
import { readShipment } from '../../../gateway/shipments/shipment.js';
import { shipmentHandlers } from '../../../gateway/shipments/shipment-handlers.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { configurationFolder, textWith } from '../configuration/configuration-folder.js';
import { contextWith } from '../record-context.js';
import { AlertBench, excursion } from '../reviews/alert-bench.js';
import { orderOf } from '../shipments/shipment-office.js';

const nowMs = 1_795_420_800_000;
const gateway = new Uint8Array(20).fill(7);
const privateKey = new Uint8Array(32).fill(3);
const address = `0x${toHex(new SoftwareSigner(privateKey).address)}`;

type Told = { ok: boolean; code?: string; result?: DetailDocument };

/** A role that hears the key `office`, which may do all that there is. */
function bench(
  state = new StateStore(new Map()),
  handlers: readonly RequestHandler[] = [...shipmentHandlers, ...alertHandlers, ...accountHandlers],
  configuration?: ConstructorParameters<typeof KeyDecisions>[1],
) {
  const entries: PipelineEntry[] = [];
  const changed: (readonly StateChange[])[] = [];
  const now = () => ({ unixMs: nowMs, uptimeMs: 5_000 });
  const add = (entry: PipelineEntry) => {
    entries.push(entry);
    entry.onDurable?.(entries.length);
  };
  const desk = new RequestDesk({
    ...{
      waiting: () => [],
      handlers,
      authorise: accountAuthorisation,
      state,
      context: contextWith(),
      now,
      add,
    },
    onState: (changes) => changed.push(changes),
  });
  const commands = new CommandDesk({
    ...{ gateway, state, context: contextWith(), now, add, handlers: { status: () => ({}) } },
    keys: [{ name: 'office', address, may: commandNames }],
    decisions: new KeyDecisions(() => desk, configuration),
  });
  let count = 0;
  const command = (name: string, parameters?: DetailDocument): Command => ({
    ...{ gateway: `0x${toHex(gateway)}`, name, id: `c${++count}`, key: 'office' },
    ...{ issuedAtMs: nowMs, expiresAtMs: nowMs + 600_000, ...(parameters ? { parameters } : {}) },
  });
  const send = (name: string, payload: string): Told | undefined => {
    const answers: object[] = [];
    commands.take(name, Buffer.from(payload), (_id, told) => answers.push(told));
    return answers[0] as Told | undefined;
  };
  const ask = (name: string, parameters?: DetailDocument) =>
    send(name, signCommand(privateKey, command(name, parameters)));
  const details = () => entries.map(({ drafts }) => drafts.map(({ detail = {} }) => detail));
  return { state, entries, changed, commands, command, send, ask, details };
}

it('a shipment is created, armed and delivered; each step is one commit of the command and of what it did', () => {
  const { state, entries, changed, ask, details } = bench();
  expect(ask('shipment-create', orderOf('S-1'))).toMatchObject({ ok: true, result: { state: 'draft' } });
  expect(ask('shipment-arm', { id: 'S-1' })).toMatchObject({
    ok: true,
    result: { from: 'draft', state: 'armed' },
  });
  expect(ask('shipment-deliver', { id: 'S-1' })).toMatchObject({ ok: false, code: 'STEP_OUT_OF_ORDER' });
  expect(readShipment(state, 'S-1')).toMatchObject({ state: 'armed', history: [{ by: 'key:office' }, {}] });
  const kinds = entries.map(({ drafts }) => drafts.map(({ kind }) => kind));
  const [command, event] = [recordKinds.operatorAction, recordKinds.shipmentEvent];
  expect(kinds).toEqual([[command, event], [command, event], [command]]);
  expect(details()[1]).toMatchObject([
    { type: 'command', command: 'shipment-arm', key: 'office', ok: true, parameters: { id: 'S-1' } },
    { type: 'shipment', event: 'armed', by: { name: 'key:office', role: 'operator' } },
  ]);
  expect(details()[2]).toMatchObject([{ ok: false, code: 'STEP_OUT_OF_ORDER' }]);
  // Judges and publishers hear of it as of a request.
  expect(changed.map((changes) => changes.some(([key]) => key === 'shipment/S-1'))).toEqual([
    true,
    true,
    false,
  ]);
});

it('an alert is acknowledged by a key, which ends no more than the reminders', () => {
  const alerts = new AlertBench();
  alerts.see(excursion('E1', 'opened'));
  alerts.commit();
  const { state, ask, details } = bench(new StateStore(new Map(alerts.state.entries(''))));
  expect(ask('acknowledge', { id: 'E1', why: 'driver was called' })).toMatchObject({ ok: true });
  expect(readAlert(state, 'E1')).toMatchObject({ state: 'acknowledged' });
  expect(details()[0]).toMatchObject([
    { type: 'command' },
    { type: 'alert-acknowledged', why: 'driver was called' },
  ]);
  expect(ask('acknowledge', { id: 'E2' })).toMatchObject({ ok: false, code: 'ALERT_UNKNOWN' });
});

it('nothing that needs a person’s signature can be commanded, whatever the configuration allows', () => {
  const { ask, details } = bench();
  for (const name of [
    'shipment-release',
    'shipment-reject',
    'assess',
    'sign',
    'user-create',
    'users.create',
  ]) {
    expect(ask(name, { id: 'S-1', reason: 'fine' })).toMatchObject({ ok: false, code: 'COMMAND_UNKNOWN' });
  }
  const strict = shipmentHandlers.map((handler) => ({ ...handler, needsSignature: true }));
  expect(bench(undefined, strict).ask('shipment-arm', { id: 'S-1' })).toMatchObject({
    code: 'COMMAND_NEEDS_PERSON',
  });
  const quality = shipmentHandlers.map((handler) => ({ ...handler, roles: ['quality' as const] }));
  expect(bench(undefined, quality).ask('shipment-arm', { id: 'S-1' })).toMatchObject({
    code: 'COMMAND_NEEDS_PERSON',
  });
  expect(
    details()
      .flat()
      .every(({ ok }) => ok === false),
  ).toBe(true);
});

it('what is asked is signed: other parameters, fewer or more are not heard', () => {
  const { commands, command, send, entries } = bench();
  const payload = JSON.parse(signCommand(privateKey, command('shipment-arm', { id: 'S-1' })));
  for (const parameters of [{ id: 'S-2' }, {}, undefined, { id: 'S-1', more: 1 }, { id: 1.5 }, null, []]) {
    expect(send('shipment-arm', JSON.stringify({ ...payload, parameters }))).toBeUndefined();
  }
  const bare = JSON.parse(signCommand(privateKey, command('status')));
  expect(send('status', JSON.stringify({ ...bare, parameters: {} }))).toBeUndefined();
  expect([commands.unheard, entries]).toEqual([8, []]);
});

it('the record alone shows that the key signed exactly this', () => {
  const { ask, details } = bench();
  ask('shipment-arm', { id: 'S-1' });
  const [[record = {}] = []] = details();
  const { id, key, issuedAtMs, expiresAtMs, parameters, signature } = record as unknown as Required<Command>;
  const signed = { gateway: `0x${toHex(gateway)}`, name: 'shipment-arm', id, key, issuedAtMs, expiresAtMs };
  expect(isCommandSigned(address, { ...signed, parameters }, signature)).toBe(true);
  expect(isCommandSigned(address, { ...signed, parameters: { id: 'S-2' } }, signature)).toBe(false);
  // An order stands in the record of the shipment, and here by its hash.
  ask('shipment-create', orderOf('S-9', { carrier: 'x'.repeat(199), consignor: 'y'.repeat(199), tags: [] }));
  const [, [long = {}] = []] = details();
  const holds = ['parameters', 'parametersHash'].filter((field) => field in long);
  expect(holds).toHaveLength(1);
});

it('a configuration comes by command, but not one that says who may command or who the gateway is', async () => {
  const old = textWith(1000);
  const path = await configurationFolder(old);
  const place = { files: new ConfigurationFiles(path), path, runningText: old, isSupervised: true };
  const state = new StateStore(new Map());
  const fixedPaths = ['commands', 'gateway.'];
  const propose = (id: string, document: DetailDocument) =>
    decideConfiguration(document, { id, fixedPaths }, place, state);
  const { ask, details } = bench(state, shipmentHandlers, { propose });
  const change = (text: string) => ({
    ...{ baseHash: configurationHash(old), hash: configurationHash(text), secret: { text } },
  });
  const grab = textWith(1000, `commands: [ { name: me, address: '${address}', may: [ status ] } ]`);
  expect(ask('configuration-apply', change(grab))).toMatchObject({
    ok: false,
    code: 'CONFIGURATION_FORBIDDEN',
  });
  const renamed = old.replace('truck-17', 'truck-18');
  expect(ask('configuration-apply', change(renamed))).toMatchObject({
    ok: false,
    code: 'CONFIGURATION_FORBIDDEN',
  });
  const text = textWith(500, '# only the file holds this');
  expect(ask('configuration-apply', change(text))).toMatchObject({ ok: true });
  expect(readPending(state)).toMatchObject({ text, id: expect.stringMatching(/^command-office-c\d$/) });
  expect(JSON.stringify(details())).not.toContain('only the file holds');
  expect(details().at(-1)).toMatchObject([
    { type: 'command', ok: true },
    { type: 'configuration', event: 'applied' },
  ]);
});

it('a large command is heard only where it may be large', () => {
  const { commands, command, send } = bench();
  const large = { id: 'S-1', pad: 'x'.repeat(4_000) };
  expect(send('status', signCommand(privateKey, command('status', large)))).toBeUndefined();
  expect(commands.unheard).toBe(1);
  expect(send('shipment-arm', signCommand(privateKey, command('shipment-arm', large)))).toMatchObject({
    ok: false,
  });
});
