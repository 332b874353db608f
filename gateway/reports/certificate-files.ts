// The calibration certificates that the configuration names as files: what an inspector asks for first.

import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Config } from '../../config/schema.js';
import { ReportError } from './report-error.js';

/** A scan of a few pages. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface CertificateFile {
  readonly sensor: string;
  /** For a file system of any kind. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Of the probes of a shipment, in their order.
 * @throws ReportError CERTIFICATE_UNREADABLE: a pack without it would look complete
 */
export function certificateFiles({ calibrations }: Config, sensors: readonly string[]): CertificateFile[] {
  return sensors.flatMap((sensor) => {
    const path = calibrations.find(({ sensorId }) => sensorId === sensor)?.certificateFile;
    if (path === undefined) return [];
    const name = `${sensor}-${basename(path)}`.replace(/[^A-Za-z0-9._-]/g, '_');
    return [{ sensor, name, bytes: readCertificate(sensor, path) }];
  });
}

function readCertificate(sensor: string, path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size <= MAX_BYTES) return readFileSync(path);
  } catch (cause) {
    throw unreadable(`the certificate of ${sensor}, ${path}, cannot be read`, cause);
  }
  throw unreadable(`the certificate of ${sensor}, ${path}, has more than ${MAX_BYTES} bytes`);
}

function unreadable(message: string, cause?: unknown): ReportError {
  const hint = 'correct certificateFile in the configuration, or take it out';
  return new ReportError('CERTIFICATE_UNREADABLE', message, hint, cause);
}
