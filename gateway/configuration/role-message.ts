// What a role tells the supervisor over the channel between them: no data, which goes through the journal only.

export const roleMessages = {
  /** It runs. */
  ready: { kind: 'role-ready' },
  /** All roles shall start anew, with the configuration as it is now. */
  restart: { kind: 'roles-restart' },
} as const;

const isKind = (message: unknown, kind: string) =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === kind;

export const isRoleReady = (message: unknown): boolean => isKind(message, roleMessages.ready.kind);
export const isRolesRestart = (message: unknown): boolean => isKind(message, roleMessages.restart.kind);
