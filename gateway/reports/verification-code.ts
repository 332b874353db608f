// The QR code on a report: the names and hashes by which it can be found and checked, as one line of text. Nothing in it
// must be believed; it saves typing.

import { encode } from 'uqr';
import type { PdfSheet } from './pdf-sheet.js';
import type { Report } from './report-schema.js';

/** What the code says. @param bundleHash SHA-256 of the evidence bundle that goes with the report, hex, if there is one */
export function verificationText(report: Report, hash: string, bundleHash: string | undefined): string {
  const { gateway, shipment, period, proof } = report;
  const { anchor, checkpoint } = proof;
  const parts = new URLSearchParams({
    gateway: gateway.address,
    shipment: shipment.id,
    records: `${period.firstSequence}-${period.lastSequence}`,
    report: hash,
  });
  if (bundleHash !== undefined) parts.set('bundle', bundleHash);
  if (anchor) {
    parts.set('chain', String(anchor.chainId));
    parts.set('contract', anchor.contract);
    parts.set('header', String(anchor.seq));
    parts.set('root', anchor.root);
    if (anchor.transactionHash !== undefined) parts.set('transaction', anchor.transactionHash);
  } else if (checkpoint) {
    parts.set('size', String(checkpoint.size));
    parts.set('root', `0x${checkpoint.root}`);
  }
  return `coldgate:report?${parts}`;
}

/** Draws the code as a square with its quiet zone; the cursor stays. */
export function drawCode(
  sheet: PdfSheet,
  text: string,
  x: number,
  y: number,
  width: number,
  alt: string,
): void {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const { document } = sheet;
  const module = width / size;
  const draw = () => {
    document.rect(x, y, width, width).fill('#ffffff');
    for (const [row, cells] of data.entries()) {
      // Neighbours are one rectangle: single ones leave hairlines between them.
      for (let from = 0; from < size; from++) {
        if (!cells[from]) continue;
        let to = from;
        while (cells[to + 1]) to += 1;
        document.rect(x + from * module, y + row * module, (to - from + 1) * module, module);
        from = to;
      }
    }
    document.fill('#000000');
  };
  document.addStructure(document.struct('Figure', { alt }, [draw]));
}
