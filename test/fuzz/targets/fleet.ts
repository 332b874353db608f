// What goes between a fleet's owner and its gateways: codes that people type, files that they carry, and messages on a broker
// that anybody may write.

import { openReport, sealReport } from '../../../gateway/fleet/configuration-report.js';
import { readRefusal, signRefusal } from '../../../gateway/fleet/enrol-refusal.js';
import {
  isDeviceSigned,
  isProven,
  makeEnrolRequest,
  parseEnrolRequest,
} from '../../../gateway/fleet/enrol-request.js';
import {
  openConfiguration,
  readConfiguration,
  signConfiguration,
} from '../../../gateway/fleet/fleet-configuration.js';
import { FleetError } from '../../../gateway/fleet/fleet-error.js';
import { type Invite, inviteCode, proofKeyOf } from '../../../gateway/fleet/invite.js';
import { inviteFileText, readInvite } from '../../../gateway/fleet/invite-file.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { recipientOf } from '../../../ledger-sync/sealed/key-wrap.js';
import { SealedError } from '../../../ledger-sync/sealed/sealed-error.js';
import { bytesOf, type FuzzTarget, jsonBytes, refusedBy, refusedLaterBy, textOf } from '../fuzz-target.js';

const owner = new SoftwareSigner(new Uint8Array(32).fill(3));
const device = new SoftwareSigner(new Uint8Array(32).fill(4));
const sealingKey = new Uint8Array(32).fill(5);
const publicKey = toHex(recipientOf(sealingKey));
const addressOf = ({ address }: SoftwareSigner) => `0x${toHex(address)}`;
const reportKey = '5c'.repeat(32);
const topic = 'coldgate/1/truck-17/configuration/report';

const invite: Invite = {
  ...{ name: 'truck-17', secret: new Uint8Array(16).fill(6), expiresAtMs: 1_900_000_000_000 },
  ...{ owner: addressOf(owner), url: 'mqtts://broker.example.org:8883' },
  ledger: { chainId: 31337, contract: `0x${'5f'.repeat(20)}`, registrar: `0x${'70'.repeat(20)}` },
};

export async function fleetTargets(): Promise<FuzzTarget[]> {
  const whom = { gateway: addressOf(device), owner: addressOf(owner) };
  const about = { gateway: whom.gateway, sealingKey: publicKey, number: 7, issuedAtMs: 1_700_000_000_000 };
  const configuration = await signConfiguration(owner, about, { reportKey, text: 'log: { level: warn }\n' });
  const report = { number: 7, state: 'refused' as const, code: 'A_CODE', reason: 'a reason', atMs: 1 };
  const refusal = { code: 'CODE_USED', reason: 'another gateway', hint: 'ask' };
  return [
    {
      name: 'invite',
      seeds: [
        bytesOf(inviteCode(invite)),
        bytesOf(inviteFileText(inviteCode(invite), { username: 'u', password: 'p' })),
      ],
      slice: 800,
      share: 20,
      feed: (input) => refusedBy([FleetError], () => readInvite(textOf(input))),
    },
    {
      name: 'enrol request',
      seeds: [jsonBytes(makeEnrolRequest(invite, device, publicKey))],
      isJson: true,
      slice: 300,
      share: 3,
      feed: (input) => {
        const request = parseEnrolRequest(input);
        if (!request || !isProven('truck-17', request, proofKeyOf(invite.secret))) return 'refused';
        return isDeviceSigned('truck-17', request) ? 'accepted' : 'refused';
      },
    },
    {
      name: 'enrol refusal',
      seeds: [bytesOf(signRefusal(owner, new Uint8Array(32), refusal))],
      isJson: true,
      slice: 300,
      share: 3,
      feed: (input) => (readRefusal(input, owner.address, new Uint8Array(32)) ? 'accepted' : 'refused'),
    },
    {
      name: 'fleet configuration',
      seeds: [bytesOf(configuration)],
      isJson: true,
      slice: 200,
      share: 2,
      feed: (input) => {
        const message = readConfiguration(input, whom);
        if (typeof message === 'string') return 'refused';
        return refusedLaterBy([SealedError], () => openConfiguration(message, sealingKey));
      },
    },
    {
      name: 'configuration report',
      seeds: [bytesOf(sealReport(report, reportKey, topic))],
      isJson: true,
      slice: 500,
      share: 10,
      feed: (input) => (openReport(input, reportKey, topic) ? 'accepted' : 'refused'),
    },
  ];
}
