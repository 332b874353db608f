// What a role tells the supervisor over the channel between them: no data, which goes through the journal only.

export const roleMessages = {
  /** It runs. */
  ready: { kind: 'role-ready' },
  /** All roles shall start anew, with the configuration as it is now. */
  restart: { kind: 'roles-restart' },
} as const;

/** What a role with a configuration on trial still has to show; undefined: it has shown that it does its work. */
export const roleProof = (missing: string | undefined) => ({ kind: 'role-proof', missing: missing ?? null });

/** undefined for any other message. */
export function readRoleProof(message: unknown): { readonly missing: string | undefined } | undefined {
  if (!isKind(message, 'role-proof')) return undefined;
  const missing: unknown = Reflect.get(Object(message), 'missing');
  return { missing: typeof missing === 'string' ? missing : undefined };
}

const isKind = (message: unknown, kind: string) =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === kind;

export const isRoleReady = (message: unknown): boolean => isKind(message, roleMessages.ready.kind);
export const isRolesRestart = (message: unknown): boolean => isKind(message, roleMessages.restart.kind);
