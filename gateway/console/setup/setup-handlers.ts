// The routes of set-up. Before there is an administrator only the code of the terminal opens anything, and only the making
// of the first one; then a session of an administrator is needed, and a password with a code for each change.

import { modbusProfiles } from '../../../config/names.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { hasAccounts } from '../../accounts/account.js';
import { enrolmentUri, newTotpSecret } from '../../accounts/totp.js';
import { APPLY_CONFIGURATION } from '../../configuration/apply-configuration.js';
import { configurationHash } from '../../configuration/configuration-hash.js';
import { readPending, readReverted } from '../../configuration/configuration-state.js';
import { TESTED_SETTING } from '../../configuration/tested-setting.js';
import type { RequestRows } from '../../journal/request-rows.js';
import { askGateway } from '../../requests/submit.js';
import { setupRoutes } from '../api/setup.js';
import { busy, ConsoleError } from '../console-error.js';
import type { HandlerParts } from '../handlers/handler-parts.js';
import { enrol } from '../people/enrolment.js';
import { bind, sessionOf } from '../server/route-binding.js';
import { ConfigurationDraft } from './configuration-draft.js';
import { pluggedIn } from './plugged-in.js';
import type { SetupCode } from './setup-code.js';
import type { TrialDesk } from './trial-desk.js';

export interface SetupParts extends HandlerParts {
  readonly rows: RequestRows;
  /** undefined: somebody had an account when the console started. */
  readonly code: SetupCode | undefined;
  readonly configFile: string | undefined;
  readonly trials: TrialDesk;
}

const WINDOW_MS = 60_000;
const CODES_PER_MINUTE = 10;

export function bindSetup(parts: SetupParts): void {
  bindFirstStart(parts);
  bindChanges(parts);
}

function bindFirstStart({ app, binding, config, state, rows, people, code, now }: SetupParts): void {
  const mayTry = app.createRateLimit({ max: CODES_PER_MINUTE, timeWindow: WINDOW_MS });
  /** @throws ConsoleError SETUP_CLOSED */
  const opened = (): SetupCode => {
    if (code && !hasAccounts(state)) return code;
    throw new ConsoleError(409, 'SETUP_CLOSED', 'somebody has an account already', 'sign in');
  };
  /** @throws ConsoleError SETUP_CLOSED, SETUP_CODE_NEEDED */
  const held = (token: string): SetupCode => {
    const open = opened();
    if (open.holds(token, now())) return open;
    throw new ConsoleError(
      403,
      'SETUP_CODE_NEEDED',
      'the code was not given, or too long ago',
      'enter it again',
    );
  };

  bind(app, binding, setupRoutes.redeem, async ({ body, request }) => {
    const limit = await mayTry(request);
    if (!limit.isAllowed && limit.isExceeded)
      throw new ConsoleError(429, 'TOO_MANY_ATTEMPTS', 'too many attempts', 'wait a minute', 60);
    const redeemed = opened().redeem(body.code, now());
    if (redeemed.kind === 'redeemed') return { token: redeemed.token, expiresAtMs: redeemed.expiresAtMs };
    if (redeemed.kind === 'wrong')
      throw new ConsoleError(403, 'SETUP_CODE_WRONG', 'this is not the code', 'read it off the terminal');
    const hint = 'start the gateway again: coldgate run prints a new one';
    throw new ConsoleError(403, 'SETUP_CODE_SPENT', 'the code is used up or too old', hint);
  });

  bind(app, binding, setupRoutes.authenticator, ({ body: { token, name } }) => {
    held(token);
    const totpSecret = newTotpSecret();
    return { totpSecret, uri: enrolmentUri(totpSecret, name, config.gateway.name) };
  });

  bind(app, binding, setupRoutes.administrator, async ({ body }) => {
    const open = held(body.token);
    const { name, printedName } = body;
    const enrolment = await enrol(people, body, now());
    const document = { name, printedName, role: 'administrator', ...enrolment };
    const { sequence } = await askGateway(rows, 'user.create', document, undefined);
    open.close();
    return { sequence, name };
  });
}

function bindChanges({
  app,
  binding,
  config,
  journal,
  state,
  rows,
  people,
  trials,
  configFile,
  now,
}: SetupParts): void {
  /** @throws ConsoleError SETUP_UNAVAILABLE */
  const draft = (): ConfigurationDraft => {
    if (configFile !== undefined) return new ConfigurationDraft(configFile);
    throw new ConsoleError(
      503,
      'SETUP_UNAVAILABLE',
      'the console knows no configuration file',
      'coldgate run -c FILE',
    );
  };
  const gatewayAddress = `0x${toHex(journal.gateway)}`;

  bind(app, binding, setupRoutes.read, () => {
    const { text, sections, profiles } = draft().current();
    const { code, message } = readReverted(state) ?? {};
    return {
      ...{ gatewayName: config.gateway.name, gatewayAddress, text, sections, profiles },
      modbusModels: Object.entries(modbusProfiles).map(([name, { channels }]) => ({ name, channels })),
      isOnTrial: readPending(state) !== undefined,
      reverted: code === undefined || message === undefined ? null : { code, message },
    };
  });

  bind(app, binding, setupRoutes.hardware, pluggedIn);

  bind(app, binding, setupRoutes.preview, ({ body }) => draft().preview(body.text, body.sections ?? {}));

  bind(app, binding, setupRoutes.test, async ({ body: { text, subject }, visitor }) => {
    const { name } = sessionOf(visitor);
    const job = { text, folder: draft().folder, gateway: gatewayAddress, subject };
    const told = await trials.ask(job, now());
    if (!told) throw busy('settings are tested one at a time, twelve in a minute');
    const what = [subject.kind, 'id' in subject ? subject.id : 'name' in subject ? subject.name : ''];
    const note = { account: name, subject: what.join(' ').trim(), ...told };
    await askGateway(rows, TESTED_SETTING, note, undefined);
    return told;
  });

  bind(app, binding, setupRoutes.apply, async ({ body, visitor }) => {
    const { baseHash, text, reason, credentials } = body;
    const why = reason === undefined ? {} : { reason };
    const document = { baseHash, hash: configurationHash(text), ...why, secret: { text } };
    const who = { name: sessionOf(visitor).name, ...credentials };
    const { sequence } = await people.ask(who, APPLY_CONFIGURATION, document);
    return { sequence };
  });
}
