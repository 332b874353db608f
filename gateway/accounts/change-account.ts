// What an administrator changes of an account's rights: disable, enable, unlock, set-role. Each is signed and tells
// old and new. One enabled administrator always remains, or nobody could mend anything.

import type { RequestHandler, RequestOutcome, StateChange, StateView } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { section } from '../shipments/shipment-fields.js';
import { type Account, accountName, accountRow, readAccounts, roleField } from './account.js';
import { guardRow, isLocked, readGuard } from './account-guard.js';
import {
  accountHandler,
  done,
  findAccount,
  type Refusal,
  readDocument,
  reasonField,
  refusal,
} from './account-request.js';

const changeSchema = section({ name: accountName, reason: reasonField });
const roleSchema = section({ name: accountName, role: roleField, reason: reasonField });

const reasonDetail = (reason: string | undefined): DetailDocument => (reason === undefined ? {} : { reason });

const unchanged = (what: string): Refusal =>
  refusal('ACCOUNT_UNCHANGED', what, 'coldgate users list shows how they stand');

/** Why `account` must stay an enabled administrator. @throws AccountError */
function lastAdministratorRefusal(state: StateView, account: Account): Refusal | undefined {
  if (account.role !== 'administrator') return undefined;
  const others = readAccounts(state).some(
    ({ name, role, isDisabled }) => name !== account.name && role === 'administrator' && !isDisabled,
  );
  if (others) return undefined;
  const hint = 'make another administrator first';
  return refusal('LAST_ADMINISTRATOR', `${account.name} is the last enabled administrator`, hint);
}

function disableOrEnable(isDisabled: boolean): RequestHandler['handle'] {
  return ({ document }, { state }): RequestOutcome => {
    const asked = readDocument(changeSchema, document);
    if (!asked.ok) return asked;
    const { name, reason } = asked.value;
    const found = findAccount(state, name);
    if (!found.ok) return found;
    const event = isDisabled ? 'disabled' : 'enabled';
    if (found.value.isDisabled === isDisabled) return unchanged(`${name} is ${event} already`);
    const no = isDisabled ? lastAdministratorRefusal(state, found.value) : undefined;
    if (no) return no;
    return done(name, event, reasonDetail(reason), [accountRow({ ...found.value, isDisabled })]);
  };
}

const setRole: RequestHandler['handle'] = ({ document }, { state }): RequestOutcome => {
  const asked = readDocument(roleSchema, document);
  if (!asked.ok) return asked;
  const { name, role, reason } = asked.value;
  const found = findAccount(state, name);
  if (!found.ok) return found;
  const { role: from } = found.value;
  if (from === role) return unchanged(`${name} is ${role} already`);
  const no = lastAdministratorRefusal(state, found.value);
  if (no) return no;
  const words = { from, role };
  const row: StateChange = accountRow({ ...found.value, role });
  return done(name, 'role-changed', { ...words, ...reasonDetail(reason) }, [row], words);
};

const unlock: RequestHandler['handle'] = ({ document }, { actor, state, nowMs }): RequestOutcome => {
  const asked = readDocument(changeSchema, document);
  if (!asked.ok) return asked;
  const { name, reason } = asked.value;
  const found = findAccount(state, name);
  if (!found.ok) return found;
  const guard = readGuard(state, name);
  // One's own guard changes with this very request; whoever can ask is not locked.
  if (name === actor.name || guard.failures === 0) return unchanged(`${name} is not locked`);
  const detail = { failures: guard.failures, wasLocked: isLocked(guard, nowMs), ...reasonDetail(reason) };
  return done(name, 'unlocked', detail, [guardRow(name, { ...guard, failures: 0, lockedUntilMs: 0 })]);
};

const steps: readonly (readonly [kind: string, handle: RequestHandler['handle']])[] = [
  ['user.disable', disableOrEnable(true)],
  ['user.enable', disableOrEnable(false)],
  ['user.unlock', unlock],
  ['user.set-role', setRole],
];

export const changeAccountHandlers: readonly RequestHandler[] = steps.map(([kind, handle]) =>
  accountHandler({ kind, roles: ['administrator'], needsSignature: true, handle }),
);
