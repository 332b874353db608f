// How an error ends a command: two lines for a person and an exit code for a script. The stack only with --debug.

import { ConfigError, problemLines } from '../../config/config-error.js';
import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import { FleetError } from '../fleet/fleet-error.js';
import { RequestError } from '../requests/request-error.js';
import { UpdateError } from '../update/update-error.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

/** Prints an error to `io.err` and says with which code to leave. */
export function reportError(error: unknown, io: CliIo, debug: boolean): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  const code = textProperty(error, 'code');
  io.err(`coldgate: ${oneLine(message || 'failed without a message')} [${code ?? 'INTERNAL'}]`);
  if (error instanceof ConfigError) {
    for (const line of error.problems.flatMap(problemLines)) io.err(`  ${line}`);
  }
  const hint =
    textProperty(error, 'hint') ??
    (code === undefined && !debug ? 'run again with --debug to see where' : undefined);
  if (hint !== undefined) io.err(`  hint: ${oneLine(hint)}`);
  if (debug && error instanceof Error && error.stack) io.err(error.stack);
  if (error instanceof ConfigError || error instanceof UsageError) return exitCodes.wrongUse;
  if (error instanceof FleetError) return fleetExitCode(error);
  // Whoever decides has decided: the answer is no.
  const isRefusal =
    (error instanceof UpdateError && error.isRefusal) ||
    (error instanceof RequestError && error.code !== 'GATEWAY_SILENT') ||
    (error instanceof LedgerError && (error.code === 'CONTRACT_REFUSED' || error.code === 'PROOF_INVALID'));
  return isRefusal ? exitCodes.refuted : exitCodes.cannotRun;
}

function fleetExitCode({ code }: FleetError): ExitCode {
  if (code === 'ENROLMENT_REFUSED' || code === 'CONFIGURATION_UNFIT') return exitCodes.refuted;
  return code === 'CODE_MALFORMED' || code === 'CODE_EXPIRED' ? exitCodes.wrongUse : exitCodes.cannotRun;
}

function textProperty(error: unknown, key: 'code' | 'hint'): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A device or a file may put line ends and terminal escapes into a message. */
function oneLine(text: string): string {
  return text
    .split('\n')
    .join(' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
