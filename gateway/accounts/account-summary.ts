// What anybody may see of an account: for a person's terminal, and as JSON for a program. Nothing of it is secret.

import type { StateView } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { Account } from './account.js';
import { isLocked, readGuard } from './account-guard.js';

const timeOf = (unixMs: number) => new Date(unixMs).toISOString();

/** The public part of an account and where it stands now. @throws AccountError */
export function accountSummary(account: Account, state: StateView, nowMs: number): DetailDocument {
  const { name, printedName, role, signer, isDisabled, createdAtMs, passwordSinceMs, retiredSigners } =
    account;
  const guard = readGuard(state, name);
  const lock = isLocked(guard, nowMs) ? { lockedUntilMs: guard.lockedUntilMs } : {};
  const stands = { isDisabled, isLocked: isLocked(guard, nowMs), ...lock, failures: guard.failures };
  return { name, printedName, role, signer, ...stands, createdAtMs, passwordSinceMs, retiredSigners };
}

function standing({ isDisabled }: Account, state: StateView, name: string, nowMs: number): string {
  if (isDisabled) return 'disabled';
  const guard = readGuard(state, name);
  return isLocked(guard, nowMs) ? `locked until ${timeOf(guard.lockedUntilMs)}` : 'enabled';
}

/** One line of a list. @throws AccountError */
export function accountLine(account: Account, state: StateView, nowMs: number): string {
  const { name, printedName, role } = account;
  return `${name}  ${role}  ${standing(account, state, name, nowMs)}  ${printedName}`;
}

/** One screen. @throws AccountError */
export function accountLines(account: Account, state: StateView, nowMs: number): string[] {
  const { name, printedName, role, signer, createdAtMs, passwordSinceMs, retiredSigners } = account;
  return [
    `account     ${name}: ${standing(account, state, name, nowMs)}`,
    `name        ${printedName}`,
    `role        ${role}`,
    `signs as    ${signer}`,
    ...retiredSigners.map((retired) => `signed as   ${retired}, until a reset`),
    `failures    ${readGuard(state, name).failures} since the last success`,
    `created     ${timeOf(createdAtMs)}`,
    `password    since ${timeOf(passwordSinceMs)}`,
  ];
}
