// Which ends of a connection a person should hear of: broken rules, not a sensor that lost its power or its network.

import { IntakeError } from './intake-error.js';

/** What aedes says of a client that is simply gone. */
const losses: ReadonlySet<string> = new Set(['keep alive timeout', 'connection closed', 'Premature close']);

/** The rule that the end of a connection is about, or undefined if it was lost. */
export function brokenRule(error: Error): IntakeError | undefined {
  if (error instanceof IntakeError) return error;
  // Sockets and streams give codes (ECONNRESET, ABORT_ERR); the parser and the broker do not.
  if ('code' in error || losses.has(error.message)) return undefined;
  return new IntakeError(
    'PROTOCOL_BROKEN',
    `the rules of MQTT were broken (${error.message.slice(0, 200)})`,
    'the broker speaks MQTT 3.1.1; check what that client is',
    error,
  );
}
