// Accounts: what administrators and auditors see of them, and the requests that change them.

import { readAccount, readAccounts } from '../../accounts/account.js';
import { accountSummary } from '../../accounts/account-summary.js';
import { enrolmentUri, newTotpSecret } from '../../accounts/totp.js';
import type { DetailDocument } from '../../sealing/draft-record.js';
import { account, accountRoutes } from '../api/accounts.js';
import { ConsoleError, unknown } from '../console-error.js';
import { enrol, requirePassword } from '../people/enrolment.js';
import { bind, sessionOf } from '../server/route-binding.js';
import type { HandlerParts } from './handler-parts.js';

/** All but the keys: what an account is told as. */
const publicAccount = account.strip();

const reasonOf = (reason: string | undefined): DetailDocument => (reason === undefined ? {} : { reason });

export function bindAccounts(parts: HandlerParts): void {
  const { app, binding, config, state, people, now } = parts;
  const gatewayName = config.gateway.name;

  bind(app, binding, accountRoutes.list, () => ({
    accounts: readAccounts(state).map((one) => publicAccount.parse(accountSummary(one, state, now()))),
  }));

  bind(app, binding, accountRoutes.authenticator, ({ body: { name } }) => {
    const totpSecret = newTotpSecret();
    return { totpSecret, uri: enrolmentUri(totpSecret, name, gatewayName) };
  });

  bind(app, binding, accountRoutes.create, async ({ body, visitor }) => {
    const { credentials, name, printedName, role } = body;
    const enrolment = await enrol(people, body, now());
    const who = { name: sessionOf(visitor).name, ...credentials };
    const document = { name, printedName, role, ...enrolment };
    const { sequence } = await people.ask(who, 'user.create', document);
    return { sequence, name };
  });

  bind(app, binding, accountRoutes.reset, async ({ params: { name }, body, visitor }) => {
    if (!readAccount(state, name)) throw unknown(`account ${name}`, 'ACCOUNT_UNKNOWN');
    const enrolment = await enrol(people, { ...body, name }, now());
    const who = { name: sessionOf(visitor).name, ...body.credentials };
    const { sequence } = await people.ask(who, 'user.reset', {
      name,
      ...enrolment,
      ...reasonOf(body.reason),
    });
    return { sequence, name };
  });

  bind(app, binding, accountRoutes.change, async ({ params: { name }, body, visitor }) => {
    const { change, role, reason, credentials } = body;
    if ((change === 'set-role') !== (role !== undefined))
      throw new ConsoleError(
        400,
        'REQUEST_INVALID',
        'role: for set-role, and only there',
        'name the new role',
      );
    const document = { name, ...(role === undefined ? {} : { role }), ...reasonOf(reason) };
    const who = { name: sessionOf(visitor).name, ...credentials };
    const { sequence } = await people.ask(who, `user.${change}`, document);
    return { sequence, name };
  });

  bind(app, binding, accountRoutes.password, async ({ body, visitor }) => {
    const { newPassword, credentials } = body;
    const { name } = sessionOf(visitor);
    requirePassword(newPassword, name);
    if (newPassword === credentials.password)
      throw new ConsoleError(400, 'PASSWORD_REFUSED', 'it is the one before', 'choose another one');
    const who = { name, ...credentials };
    const key = await people.resealed(who, newPassword);
    const { sequence } = await people.ask(who, 'user.change-password', { secret: { key } });
    return { sequence, name };
  });
}
