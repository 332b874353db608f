// `coldgate disclose`: out of a bundle that somebody holds, the one reading or window that another may see. Needs no
// gateway: whoever was given a bundle can pass on less of it, and the receiver can verify that.

import { reducedBundle } from '../../ledger-sync/evidence/reduced-bundle.js';
import { verifyBundle } from '../../ledger-sync/evidence/verify.js';
import { readEvidence } from '../../ledger-sync/proofs/evidence-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { saveExport } from './saved-export.js';
import { readEvidenceBytes } from './verify-file.js';

export interface DiscloseOptions {
  readonly file: string;
  readonly output: string;
  /** One record; or from and to. */
  readonly sequence?: string;
  readonly first?: string;
  readonly last?: string;
  readonly only?: readonly string[];
  readonly force?: boolean;
}

function sequenceOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError('WRONG_USE', `${option} ${text} is no sequence`, 'sequences count from 0');
}

/** @throws UsageError, ExportError, EvidenceError */
export async function runDisclose(options: DiscloseOptions, io: CliIo): Promise<ExitCode> {
  const { file, sequence, only, output } = options;
  const one = sequenceOf(sequence, '--sequence');
  if (one !== undefined && (options.first ?? options.last) !== undefined) {
    throw new UsageError('WRONG_USE', '--sequence is one record', 'leave out --first and --last');
  }
  const first = one ?? sequenceOf(options.first, '--first');
  const last = one ?? sequenceOf(options.last, '--last');
  const evidence = readEvidence(readEvidenceBytes(file));
  if (!('bundle' in evidence)) {
    const hint = 'a tlog-proof and a COSE receipt show one record already';
    throw new UsageError('WRONG_USE', `${file} is a ${evidence.kind}`, hint);
  }
  const refuted = verifyBundle(evidence.bundle).checks.find(({ outcome }) => outcome === 'failed');
  if (refuted) {
    io.out(`REFUTED: ${file} is not what was signed: ${refuted.text}`);
    return exitCodes.refuted;
  }
  const bundle = reducedBundle(evidence.bundle, {
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    ...(only === undefined ? {} : { names: only }),
  });
  saveExport(output, `${JSON.stringify(bundle, undefined, 1)}\n`, options.force === true);
  const { begin, end } = bundle.proof;
  const named = bundle.names.length === 0 ? 'no names' : bundle.names.map(({ name }) => name).join(', ');
  io.out(`${output}: records ${begin} to ${end - 1}, ${named}, ${bundle.details.length} documents`);
  return exitCodes.ok;
}
