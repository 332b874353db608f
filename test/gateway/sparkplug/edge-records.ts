// Records as the log has them, for an edge node: one sensor's reading, an excursion, a condition.

import type { DetailOf } from '../../../gateway/publish/side-messages.js';
import type { EvidenceRecord } from '../../../ledger-sync/evidence/record.js';
import { qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';

export const epochMs = 1_700_000_000_000;

/** Subjects are the names in this world, padded to 16 bytes. */
const subjectOf = (name: string) => Uint8Array.from(Buffer.from(name.padEnd(16, '\0')));
export const nameOf = (subject: Uint8Array) => Buffer.from(subject).toString().replace(/\0+$/, '');

/** Details are their own hashes in this world: an index into a list. */
const details: string[] = [];
export const detailOf: DetailOf = ({ detail }) => details[Buffer.from(detail).readUInt32BE(0)];

function detailHash(detail: object | undefined): Uint8Array {
  if (detail === undefined) return new Uint8Array();
  const hash = Buffer.alloc(32);
  hash.writeUInt32BE(details.push(JSON.stringify(detail)) - 1);
  return hash;
}

/** A log of a gateway: each record gets the next sequence, one second after the one before. */
export class TestLog {
  sequence = 0;

  record(name: string, kind: number, value: number, more: Partial<EvidenceRecord> = {}, detail?: object) {
    const sequence = this.sequence++;
    return {
      version: 1,
      gateway: new Uint8Array(20),
      sequence,
      observedAtMs: epochMs + sequence * 1_000,
      bootCount: 1,
      uptimeMs: sequence * 1_000,
      clockTrust: 2,
      kind,
      subject: subjectOf(name),
      value,
      quality: qualityCodes.good,
      shipment: new Uint8Array(),
      detail: detailHash(detail),
      ...more,
    } satisfies EvidenceRecord;
  }

  temperature(name: string, milliC: number, more: Partial<EvidenceRecord> = {}): EvidenceRecord {
    return this.record(name, recordKinds.temperature, milliC, more);
  }

  excursion(name: string, event: string, excursionId: string): EvidenceRecord {
    const detail = { type: 'excursion', event, excursionId, severity: 'critical' };
    return this.record(name, recordKinds.excursion, 9_100, {}, detail);
  }

  condition(name: string, condition: string): EvidenceRecord {
    return this.record(name, recordKinds.deviceCondition, 0, {}, { type: 'device-condition', condition });
  }
}
