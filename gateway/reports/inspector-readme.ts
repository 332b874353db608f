// The page that an inspector reads first: what is in the pack, how to look at it, and what it proves and does not.

import type { Report } from './report-schema.js';

interface PackTerms {
  readonly report: Report;
  /** SHA-256 of the report, hex. */
  readonly hash: string;
  readonly bundleName: string;
  readonly certificates: readonly string[];
  readonly hasVerifier: boolean;
  /** In the pack, and in all. */
  readonly auditEntries: number;
  readonly allAuditEntries: number;
}

/** Plain text, at most 100 characters a line. */
export function inspectorReadme(terms: PackTerms): string {
  const { report, hash, bundleName, certificates, hasVerifier } = terms;
  const { shipment, gateway, period, verdict, proof } = report;
  const { anchor } = proof;
  const cut = terms.auditEntries < terms.allAuditEntries ? ` (the first ${terms.auditEntries} of them)` : '';
  const files: (readonly [string, string])[] = [
    ['report.pdf', 'the report: read this first'],
    ['report.json', 'the same as data'],
    ['readings.csv', 'every temperature reading, for a spreadsheet'],
    ['audit.txt', `the audit trail of the shipment: ${terms.allAuditEntries} entries${cut}`],
    ['audit.jsonl', 'the same as data, one entry a line'],
    [bundleName, 'the signed records with their proof: the evidence'],
    ...certificates.map((name) => [`certificates/${name}`, 'a calibration certificate'] as const),
    ...(hasVerifier
      ? [['verifier.html', 'a page that checks the evidence in your browser, without a network'] as const]
      : []),
    ['MANIFEST.sha256', 'the SHA-256 of every file here'],
  ];
  return `${[
    `Inspector's pack of shipment ${shipment.id}`,
    '',
    `Gateway       ${gateway.name}, key ${gateway.address}`,
    `Period        ${period.startAt} to ${period.stopAt}, UTC`,
    `Result        ${verdict.state}${verdict.reasons.length === 0 ? '' : `: ${verdict.reasons.join(', ')}`}`,
    `State         ${shipment.state}`,
    `Report        SHA-256 ${hash}`,
    `On a ledger   ${anchor ? `chain ${anchor.chainId}, contract ${anchor.contract}, header ${anchor.seq}` : 'not yet'}`,
    ...(proof.isWhole
      ? []
      : ['', 'WARNING: something in the log is not what was signed. See the proof in report.pdf.']),
    '',
    'What is here',
    '',
    ...files.map(([name, what]) => `  ${name.padEnd(22)} ${what}`),
    '',
    'How to check it',
    '',
    '  1. Nothing was changed on the way: sha256sum -c MANIFEST.sha256',
    ...(hasVerifier
      ? [
          `  2. Open verifier.html and drop ${bundleName} on it. It needs no network and asks nobody.`,
          '     Whoever doubts this pack takes the page from another source: coldgate verifier -o verifier.html',
          '     Or on a command line, with coldgate from another source than this pack:',
        ]
      : ['  2. On a command line, with coldgate from another source than this pack:']),
    `     coldgate verify ${bundleName} --gateway ${gateway.address}`,
    ...(anchor ? ['     and with --rpc URL of a node that you trust, to see that the ledger has it.'] : []),
    `  3. Ask the operator, by another way than this pack, whether ${gateway.address}`,
    '     is the key of this gateway. The pack cannot prove that.',
    '',
    'What it proves',
    '',
    '  The records were signed by this key, in this order, and none between the first and the last is',
    '  missing or changed. Where a ledger has them, they existed at the time of that block.',
    '',
    'What it does not prove',
    '',
    '  That a probe told the truth, or was where the papers say. Certificates and contacts come from the',
    '  configuration of the gateway, which is not signed. The report and the tables are made from the',
    '  records; the bundle alone is the evidence.',
    '',
    'Times are UTC. A signature in the report names its person, its time and its meaning.',
  ].join('\n')}\n`;
}
