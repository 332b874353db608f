// `configuration.apply`: an administrator puts another text in the place of coldgate.yaml. Decided here and recorded; the
// file follows once the record is durable (configuration-desk.ts), and a text that does not run is taken back.
//
// Document: { baseHash, hash, reason?, secret: { text } }. `baseHash` is the SHA-256 of the file that the asker has seen:
// whoever comes second is refused. The text stands under `secret`, so that record and signature hold its hash and no
// address that may be a key.

import * as z from 'zod';
import { type ConfigProblem, problemLines } from '../../config/config-error.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { type Refusal, readDocument, reasonField, refusal } from '../accounts/account-request.js';
import type { RequestHandler, RequestOutcome, StateView } from '../requests/request.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { section } from '../shipments/shipment-fields.js';
import type { ConfigurationFiles } from './configuration-files.js';
import { configurationHash } from './configuration-hash.js';
import { folderOf, MAX_PROPOSED_BYTES, preview } from './configuration-preview.js';
import { configurationRecord, differencesDetail } from './configuration-record.js';
import { pendingRow, readPending, revertedRow, type TrialProof } from './configuration-state.js';

export const APPLY_CONFIGURATION = 'configuration.apply';

const hash = hex(32, '64 hexadecimal digits');
const newText = z.string('the new text').max(MAX_PROPOSED_BYTES, `at most ${MAX_PROPOSED_BYTES} characters`);

const applySchema = section({
  baseHash: hash,
  hash,
  reason: reasonField,
  secret: section({ text: newText }),
});

export interface ConfigurationPlace {
  readonly files: ConfigurationFiles;
  /** Path as the roles were given it: relative paths start at its folder. */
  readonly path: string;
  /** The text that the roles run with. */
  readonly runningText: string;
  /** Whether somebody watches the roles, who puts the old text back if the new one does not run. */
  readonly isSupervised: boolean;
}

export interface ProposedChange {
  /** Of the request or the command. */
  readonly id: string;
  readonly baseHash: string;
  readonly text: string;
  readonly reason: string | undefined;
  /** Settings that whoever asks may not touch; a path in the diff begins with one of them. */
  readonly fixedPaths: readonly string[];
  /** What it must show on trial, where coming up is not enough. */
  readonly proof?: TrialProof;
}

const SHOWN_FINDINGS = 3;

function findingsRefusal(findings: readonly ConfigProblem[]): Refusal {
  const shown = findings.slice(0, SHOWN_FINDINGS).map((finding) => problemLines(finding)[0] ?? '');
  const more = findings.length - shown.length;
  const reason = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return refusal('CONFIGURATION_INVALID', reason, 'coldgate config preview FILE shows all of them');
}

/** Why nothing can be changed now, whatever it is. */
function standing(
  { files, runningText, isSupervised }: ConfigurationPlace,
  state: StateView,
): Refusal | undefined {
  if (!isSupervised) {
    const hint = 'start it with coldgate run, or change the file by hand and start the role again';
    return refusal(
      'CONFIGURATION_UNWATCHED',
      'this role runs alone: nobody would take back a bad file',
      hint,
    );
  }
  if (readPending(state)) {
    const hint = 'it is in force or taken back within two minutes: coldgate audit tells';
    return refusal('CONFIGURATION_ON_TRIAL', 'another configuration is on trial', hint);
  }
  if (configurationHash(files.current()) !== configurationHash(runningText)) {
    const hint = 'start the gateway again, or put the file back, and look at it anew';
    return refusal('CONFIGURATION_UNREAD', 'the file was changed by hand since the gateway started', hint);
  }
  const obstacle = files.obstacle();
  if (obstacle === undefined) return undefined;
  const hint = 'the gateway must be able to write the folder of its configuration: see config/systemd';
  return refusal('CONFIGURATION_UNWRITABLE', obstacle, hint);
}

/** Decides on a change. @throws ConfigError if the file cannot be read */
export function proposeConfiguration(
  { id, baseHash, text, reason, fixedPaths, proof }: ProposedChange,
  place: ConfigurationPlace,
  state: StateView,
): RequestOutcome {
  const no = standing(place, state);
  if (no) return no;
  const seen = preview(place.runningText, text, folderOf(place.path));
  if (baseHash !== seen.baseHash) {
    const reasonText = `the configuration is ${seen.baseHash.slice(0, 8)}..., not ${baseHash.slice(0, 8)}... any more`;
    return refusal('CONFIGURATION_MOVED', reasonText, 'look at it anew: coldgate config preview FILE');
  }
  if (seen.findings.length > 0) return findingsRefusal(seen.findings);
  if (seen.isSame) return refusal('CONFIGURATION_SAME', 'that text is in force', 'change something first');
  const fixed = seen.diff.find(({ path }) => fixedPaths.some((begin) => path.startsWith(begin)));
  if (fixed) {
    const hint = 'an administrator may: coldgate config apply FILE --as NAME';
    return refusal('CONFIGURATION_FORBIDDEN', `${fixed.path} is not for whoever asks to change`, hint);
  }
  const change = { id, from: seen.baseHash, to: seen.hash };
  const why = reason === undefined ? {} : { reason };
  return {
    ok: true,
    records: [configurationRecord('applied', { ...change, ...differencesDetail(seen.diff), ...why })],
    state: [pendingRow({ ...change, text, ...(proof ? { proof } : {}) }), revertedRow(undefined)],
    answer: { ...change, differences: seen.diff.length },
  };
}

/** Decides on the document of a request or a command. @param id of the one that asks */
export function decideConfiguration(
  document: DetailDocument,
  { id, fixedPaths }: Pick<ProposedChange, 'id' | 'fixedPaths'>,
  place: ConfigurationPlace,
  state: StateView,
): RequestOutcome {
  const asked = readDocument(applySchema, document);
  if (!asked.ok) return { ...asked, code: 'CONFIGURATION_REQUEST_INVALID' };
  const { baseHash, hash: signedHash, reason, secret } = asked.value;
  if (configurationHash(secret.text) !== signedHash) {
    const hint = 'update the program that asks';
    return refusal('CONFIGURATION_REQUEST_INVALID', 'hash is of another text', hint);
  }
  try {
    return proposeConfiguration({ id, baseHash, text: secret.text, reason, fixedPaths }, place, state);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return refusal('CONFIGURATION_UNREADABLE', message, 'check the file and its permissions');
  }
}

/** The handler of the request. */
export function applyConfigurationHandler(place: ConfigurationPlace): RequestHandler {
  return {
    kind: APPLY_CONFIGURATION,
    roles: ['administrator'],
    needsSignature: true,
    handle: ({ id, document }, { state }) =>
      decideConfiguration(document, { id: `request-${id}`, fixedPaths: [] }, place, state),
  };
}
