// What a gateway makes of a configuration that its fleet's owner has signed: it becomes the file's next text, is refused for
// good, or has to wait. Pure but for the files that the configuration names.

import { ConfigError, problemLines } from '../../../config/config-error.js';
import type { ProposedChange } from '../../configuration/apply-configuration.js';
import { configurationHash } from '../../configuration/configuration-hash.js';
import type { TrialProof } from '../../configuration/configuration-state.js';
import type { RequestOutcome } from '../../requests/request.js';
import type { ConfigurationMessage } from '../fleet-configuration.js';
import { memberText, type OwnSections } from '../member-text.js';
import { configurationIdOf } from './fleet-state.js';

/** What stands in the way of any configuration, and may be gone later. */
const passing: ReadonlySet<string> = new Set([
  'CONFIGURATION_ON_TRIAL',
  'CONFIGURATION_UNREAD',
  'CONFIGURATION_UNWRITABLE',
  'CONFIGURATION_UNWATCHED',
  'CONFIGURATION_UNREADABLE',
]);

export interface Refused {
  readonly code: string;
  readonly reason: string;
}

export type FleetDecision =
  | { readonly kind: 'trial'; readonly outcome: Extract<RequestOutcome, { ok: true }>; readonly file: string }
  /** The same file as now. */
  | { readonly kind: 'in-force'; readonly file: string }
  | ({ readonly kind: 'refused' } & Refused)
  | ({ readonly kind: 'waiting' } & Refused);

export interface DecisionTerms {
  readonly nowMs: number;
  /** 0 where nobody knows the time: then nothing has expired. */
  readonly clockTrust: number;
  readonly own: OwnSections;
  /** SHA-256 of the file that the role runs with. */
  readonly runningFile: string;
  readonly propose: (change: Pick<ProposedChange, 'id' | 'text' | 'proof'>) => RequestOutcome;
  readonly proof: TrialProof;
}

/** @param text what was sealed in the message */
export function decideFleetConfiguration(
  { number, expiresAtMs }: Pick<ConfigurationMessage, 'number' | 'expiresAtMs'>,
  text: string,
  { nowMs, clockTrust, own, runningFile, propose, proof }: DecisionTerms,
): FleetDecision {
  if (expiresAtMs !== undefined && clockTrust > 0 && nowMs > expiresAtMs) {
    const reason = `it was to be taken until ${new Date(expiresAtMs).toISOString()}`;
    return { kind: 'refused', code: 'CONFIGURATION_EXPIRED', reason };
  }
  let whole: string;
  try {
    whole = memberText(text, own, `configuration ${number}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [line = error.message] = error.problems.flatMap(problemLines);
    return { kind: 'refused', code: 'CONFIGURATION_INVALID', reason: line };
  }
  const file = configurationHash(whole);
  if (file === runningFile) return { kind: 'in-force', file };
  const outcome = propose({ id: configurationIdOf(number), text: whole, proof });
  if (outcome.ok) return { kind: 'trial', outcome, file };
  const { code, reason } = outcome;
  return { kind: passing.has(code) ? 'waiting' : 'refused', code, reason };
}
