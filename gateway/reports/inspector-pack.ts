// All that an inspector asks for of one shipment, as one ZIP: report, tables, evidence, certificates, audit trail, the page
// that verifies, and a manifest. The same journal gives the same bytes.

import { createHash } from 'node:crypto';
import type { Config } from '../../config/schema.js';
import { encodeBundle } from '../../ledger-sync/evidence/bundle-binary.js';
import { exportEvidence } from '../evidence-export.js';
import { ExportError } from '../export-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { entryLine } from '../reviews/audit-text.js';
import { readVerifierPage } from '../verifier/verifier-page.js';
import { certificateFiles } from './certificate-files.js';
import { inspectorReadme } from './inspector-readme.js';
import { reportBytes, reportJson } from './make-report.js';
import type { ReportLanguage } from './report-language.js';
import { reportPdf } from './report-pdf.js';
import type { Report } from './report-schema.js';
import { makeShipmentReport, reportHash, type ShipmentReport } from './shipment-report.js';
import { type ZipEntry, zipFile } from './zip-file.js';

/** As JSON a longer bundle would not fit into one text of V8. */
const MAX_JSON_RECORDS = 200_000;

export interface MadePack {
  readonly report: Report;
  /** SHA-256 of the report, hex. */
  readonly hash: string;
  /** Why there is no evidence bundle in it; undefined: there is one. */
  readonly withoutBundle: string | undefined;
  /** The ZIP, in pieces; to be read once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

interface Bundle {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Makes the pack of a shipment.
 * @throws ReportError, ExportError, JournalError, ConfigError
 */
export function makeInspectorPack(
  journal: JournalReader,
  config: Config,
  { shipment, language }: { readonly shipment: string; readonly language: ReportLanguage },
): MadePack {
  const made = makeShipmentReport(journal, config, shipment);
  const { report } = made;
  const bundle = bundleOf(journal, config, shipment, report);
  const bytes = zipFile(entriesOf(made, config, language, bundle));
  const withoutBundle = bundle ? undefined : 'the log does not verify, so that no evidence can be exported';
  return { report, hash: reportHash(report), withoutBundle, bytes };
}

/** By the ledger where it has all of the shipment, else by the newest signature; none of a log that is broken. */
function bundleOf(
  journal: JournalReader,
  config: Config,
  name: string,
  { proof, period }: Report,
): Bundle | undefined {
  if (!proof.isWhole) return undefined;
  const isSignedOnly = (proof.anchor?.notCovered ?? 1) > 0;
  const { bundle } = exportEvidence(journal, config, { kind: 'shipment', name }, isSignedOnly, true);
  if (period.lastSequence - period.firstSequence >= MAX_JSON_RECORDS) {
    return { name: 'evidence-bundle.cbor', bytes: encodeBundle(bundle) };
  }
  const bytes = new TextEncoder().encode(`${JSON.stringify(bundle, undefined, 1)}\n`);
  return { name: 'evidence-bundle.json', bytes };
}

async function* entriesOf(
  made: ShipmentReport,
  config: Config,
  language: ReportLanguage,
  bundle: Bundle | undefined,
): AsyncGenerator<ZipEntry> {
  const { report, fold } = made;
  const { audit } = fold;
  const certificates = certificateFiles(
    config,
    report.probes.map(({ sensor }) => sensor),
  );
  const verifier = verifierPage();
  const readme = inspectorReadme({
    ...{ report, hash: reportHash(report), bundleName: bundle?.name ?? '(no evidence: the log is broken)' },
    certificates: certificates.map(({ name }) => name),
    hasVerifier: verifier !== undefined,
    ...{ auditEntries: audit.length, allAuditEntries: report.audit.entries },
  });
  const manifest: string[] = [];
  const entry = (name: string, pieces: ZipEntry['pieces']): ZipEntry => ({
    name,
    pieces: hashed(pieces, (hash) => manifest.push(`${hash}  ${name}\n`)),
  });
  yield entry('README.txt', texts([readme]));
  yield entry('report.pdf', reportPdf(made, language, bundle && sha256Hex(bundle.bytes)));
  yield entry('report.json', texts([reportJson(report)]));
  yield entry('readings.csv', reportBytes(made, 'csv', language));
  yield entry('audit.txt', texts(audit.map((one) => `${entryLine(one)}\n`)));
  yield entry('audit.jsonl', texts(audit.map((one) => `${JSON.stringify(one)}\n`)));
  if (bundle) yield entry(bundle.name, [bundle.bytes]);
  for (const { name, bytes } of certificates) yield entry(`certificates/${name}`, [bytes]);
  if (verifier) yield entry('verifier.html', [verifier]);
  yield { name: 'MANIFEST.sha256', pieces: texts(manifest) };
}

/** A build may lack it. */
function verifierPage(): Uint8Array | undefined {
  try {
    return readVerifierPage();
  } catch (error) {
    if (error instanceof ExportError) return undefined;
    throw error;
  }
}

function* texts(lines: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const line of lines) yield encoder.encode(line);
}

const sha256Hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function* hashed(pieces: ZipEntry['pieces'], done: (hash: string) => void): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
  done(hash.digest('hex'));
}
