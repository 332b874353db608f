// Set-up. The first administrator is made with a code that stands in the terminal; everything else needs an administrator:
// what is plugged in, what a proposal would change, a test of one setting before it is saved, and the change itself.

import * as z from 'zod';
import { accountChanged, authenticatorSecret, firstAccount } from './accounts.js';
import { count, credentials, freeText, hash, identifier, recorded, unixMs } from './fields.js';
import { access, json, route } from './route.js';

/** Of a configuration; the gateway's own limit is a little lower. */
const configurationText = z.string().max(65_536);
const entries = z.array(z.record(z.string(), z.unknown())).max(64);

/** What the pages offer to change; everything else stays as it stands in the text. */
export const setupSections = z.strictObject({
  devices: entries.optional(),
  excursions: entries.optional(),
  brokers: entries.optional(),
  /** null takes it out. */
  ledger: z.record(z.string(), z.unknown()).nullable().optional(),
});
export type SetupSections = z.infer<typeof setupSections>;

export const setupState = z.strictObject({
  gatewayName: identifier,
  /** 0x and 40 hexadecimal digits. */
  gatewayAddress: z.string(),
  text: z.string(),
  sections: z.strictObject({
    devices: z.array(z.unknown()),
    excursions: z.array(z.unknown()),
    brokers: z.array(z.unknown()),
    ledger: z.unknown(),
  }),
  /** Names of alarm profiles. */
  profiles: z.array(z.string()),
  modbusModels: z.array(z.strictObject({ name: z.string(), channels: count })),
  /** A change is decided and not proven to run yet. */
  isOnTrial: z.boolean(),
  /** Why the last change was taken back; null: it was not. */
  reverted: z.strictObject({ code: z.string(), message: freeText }).nullable(),
});
export type SetupState = z.infer<typeof setupState>;

export const setupPort = z.strictObject({
  /** To write into a configuration. */
  path: z.string(),
  name: z.string(),
  /** What the adapter says of itself. */
  adapter: freeText,
  /** Protocols that often hang on such an adapter. */
  candidates: z.array(z.string()),
  /** Another port has the same identity. */
  isAmbiguous: z.boolean(),
  /** A process has it open; mostly the gateway role. */
  isHeld: z.boolean(),
  /** Whether the console may open it. */
  mayOpen: z.boolean(),
});
export const setupHardware = z.strictObject({
  ports: z.array(setupPort),
  oneWireProbes: z.array(z.string()),
});
export type SetupHardware = z.infer<typeof setupHardware>;

const finding = z.strictObject({
  path: z.string(),
  line: count.nullable(),
  message: freeText,
  hint: freeText,
});
export const setupProposal = z.strictObject({
  /** Ground of the proposal; the current text where it is left out. */
  text: configurationText.optional(),
  sections: setupSections.optional(),
});
export const setupPreview = z.strictObject({
  text: z.string(),
  baseHash: hash,
  hash,
  isSame: z.boolean(),
  /** What must be mended first. */
  findings: z.array(finding),
  warnings: z.array(finding),
  diff: z.array(
    z.strictObject({ path: z.string(), before: freeText.nullable(), after: freeText.nullable() }),
  ),
});
export type SetupPreview = z.infer<typeof setupPreview>;

export const setupTest = z.strictObject({
  text: configurationText,
  subject: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('device'), id: identifier }),
    z.strictObject({ kind: z.literal('broker'), name: identifier }),
    z.strictObject({ kind: z.literal('ledger') }),
  ]),
});
export type SetupTest = z.infer<typeof setupTest>;
export const setupTested = z.strictObject({ isOk: z.boolean(), code: z.string(), message: freeText });
export type SetupTested = z.infer<typeof setupTested>;

export const setupApply = z.strictObject({
  baseHash: hash,
  text: configurationText,
  reason: z.string().min(1).max(1_000).optional(),
  credentials,
});

const code = z.strictObject({ code: z.string().min(1).max(64) });
/** What the code was taken for; good for one administrator. */
export const setupToken = z.strictObject({ token: z.string(), expiresAtMs: unixMs });
export type SetupToken = z.infer<typeof setupToken>;
const token = z.string().min(1).max(128);

const tag = 'setup';

export const setupRoutes = {
  redeem: route({
    method: 'POST',
    path: '/api/setup/code',
    operation: 'redeemSetupCode',
    tag,
    summary: 'Takes the code of the terminal, once, while nobody has an account.',
    access: access.open,
    body: code,
    answer: json(setupToken, 201),
  }),
  authenticator: route({
    method: 'POST',
    path: '/api/setup/authenticator',
    operation: 'newFirstAuthenticatorSecret',
    tag,
    summary: 'A new secret for the authenticator of the first administrator.',
    access: access.open,
    body: z.strictObject({ token, name: firstAccount.shape.name }),
    answer: json(authenticatorSecret),
  }),
  administrator: route({
    method: 'POST',
    path: '/api/setup/administrator',
    operation: 'createFirstAdministrator',
    tag,
    summary: 'Makes the first administrator. The code is spent then.',
    access: access.open,
    body: z.strictObject({ ...firstAccount.shape, token }),
    answer: json(accountChanged, 201),
  }),
  read: route({
    method: 'GET',
    path: '/api/setup',
    operation: 'readSetup',
    tag,
    summary: 'The configuration as it stands, and what became of the last change.',
    access: access.administrator,
    answer: json(setupState),
  }),
  hardware: route({
    method: 'GET',
    path: '/api/setup/ports',
    operation: 'listPorts',
    tag,
    summary: 'Serial ports and 1-Wire probes that are plugged in. Opens none.',
    access: access.administrator,
    answer: json(setupHardware),
  }),
  preview: route({
    method: 'POST',
    path: '/api/setup/preview',
    operation: 'previewSetup',
    tag,
    summary: 'What a proposal would change, and what is wrong with it. Changes nothing.',
    access: access.administrator,
    body: setupProposal,
    answer: json(setupPreview),
  }),
  test: route({
    method: 'POST',
    path: '/api/setup/test',
    operation: 'testSetting',
    tag,
    summary:
      'Tries one setting of a proposal: reads the device, connects to the broker, asks the ledger. A record.',
    access: access.administrator,
    body: setupTest,
    answer: json(setupTested),
  }),
  apply: route({
    method: 'POST',
    path: '/api/setup/apply',
    operation: 'applySetup',
    tag,
    summary: 'Puts the text in force; it is taken back if the gateway does not run with it.',
    access: access.administrator,
    body: setupApply,
    answer: json(recorded),
  }),
};
