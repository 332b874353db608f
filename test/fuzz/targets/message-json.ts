// JSON that comes over a broker for the gateway itself: requests, commands, receipts; and the words of a Sparkplug host.

import { CommandDesk } from '../../../gateway/commands/command-desk.js';
import { signCommand } from '../../../gateway/commands/signed-command.js';
import { jsonOf } from '../../../gateway/publish/json-payload.js';
import { receiptMessage } from '../../../gateway/publish/receipts.js';
import { requestMessage } from '../../../gateway/publish/remote-requests.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { HostState } from '../../../gateway/sparkplug/host-state.js';
import { encodePayload, fieldValue } from '../../../gateway/sparkplug/payload.js';
import { decodePayload } from '../../../gateway/sparkplug/payload-reader.js';
import { SparkplugError } from '../../../gateway/sparkplug/sparkplug-error.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { contextWith } from '../../gateway/record-context.js';
import { bytesOf, type FuzzTarget, jsonBytes, refusedBy } from '../fuzz-target.js';

const nowMs = 1_700_000_000_000;
const gateway = new Uint8Array(20).fill(7);
const officeKey = new Uint8Array(32).fill(3);

function commands(): FuzzTarget {
  const commandOf = (name: string, parameters?: DetailDocument) =>
    bytesOf(
      signCommand(officeKey, {
        ...{ gateway: `0x${toHex(gateway)}`, name, id: 'c1', key: 'office' },
        ...{ issuedAtMs: nowMs, expiresAtMs: nowMs + 600_000, parameters },
      }),
    );
  const address = `0x${toHex(new SoftwareSigner(officeKey).address)}`;
  let answers = 0;
  const deskOf = () =>
    new CommandDesk({
      ...{ gateway, keys: [{ name: 'office', address, may: ['status'] }], context: contextWith() },
      state: new StateStore(new Map()),
      now: () => ({ unixMs: nowMs, uptimeMs: 5_000 }),
      add: (entry) => entry.onDurable?.(41),
      handlers: { status: () => ({}) },
    });
  return {
    name: 'command',
    seeds: [commandOf('status'), commandOf('status', { why: ['a', 1, { secret: 'x' }], secret: { p: 'w' } })],
    isJson: true,
    slice: 800,
    share: 12,
    feed: (input) => {
      const before = answers;
      deskOf().take('status', input, () => {
        answers += 1;
      });
      return answers > before ? 'accepted' : 'refused';
    },
  };
}

const request = {
  ...{ version: 1, id: 'r-1', kind: 'shipment.arm' },
  document: { id: 'SHIP-0001', note: ['a', { b: null }] },
  authorization: { name: 'ada', signature: '00', atMs: nowMs },
};

/** Sparkplug: a payload of every type that the reader knows. */
const payload = encodePayload({
  ...{ timestampMs: nowMs, seq: 7 },
  metrics: [
    { name: 'bdSeq', alias: 1n, dataType: 8, value: fieldValue(8, 3n) },
    { name: 'Node Control/Rebirth', timestampMs: nowMs, dataType: 11, value: fieldValue(11, true) },
    { name: 'text', dataType: 12, isHistorical: true, value: fieldValue(12, 'ä') },
  ],
});

export const messageTargets = (): FuzzTarget[] => [
  commands(),
  {
    name: 'request',
    seeds: [jsonBytes(request)],
    isJson: true,
    slice: 1000,
    share: 25,
    feed: (input) => {
      const read = requestMessage.safeParse(jsonOf(input));
      // What was taken becomes a row, and an answer.
      if (read.success) JSON.stringify(read.data);
      return read.success ? 'accepted' : 'refused';
    },
  },
  {
    name: 'receipt',
    seeds: [jsonBytes({ version: 1, size: 17, root: '5a'.repeat(32) }), jsonBytes({ version: 1, size: 0 })],
    isJson: true,
    slice: 1000,
    share: 50,
    feed: (input) => (receiptMessage.safeParse(jsonOf(input)).success ? 'accepted' : 'refused'),
  },
  {
    name: 'sparkplug state',
    seeds: [jsonBytes({ online: true, timestamp: nowMs })],
    isJson: true,
    slice: 1000,
    share: 50,
    feed: (input) => (new HostState().take(input) === 'ignored' ? 'refused' : 'accepted'),
  },
  {
    name: 'sparkplug payload',
    seeds: [payload],
    slice: 1000,
    share: 50,
    feed: (input) => refusedBy([SparkplugError], () => decodePayload(input)),
  },
];
