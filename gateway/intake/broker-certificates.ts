// The certificate of the sensor broker, and its renewal while the broker runs. Looked at again and again by content: a
// renewal may swap a link, keep the time of a file, or write the certificate a moment before its key.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type Server, type TlsOptions } from 'node:tls';
import type { MqttIntakeConfig } from '../../config/schema.js';
import { readSecretFile } from '../sealing/secret-file.js';
import { IntakeError } from './intake-error.js';

export type BrokerTls = NonNullable<MqttIntakeConfig['listen']['tls']>;

const MAX_KEY_BYTES = 65_536;
const LOOK_EVERY_MS = 10_000;

/** What was read, and the same as one text to compare. */
interface Certificates {
  readonly options: {
    readonly cert: string;
    readonly key: string;
    readonly ca?: string;
    readonly minVersion: 'TLSv1.2';
  };
  readonly text: string;
}

function read({ certFile, keyFile, caFile }: BrokerTls): Certificates {
  const cert = readFileSync(certFile, 'utf8');
  const key = readSecretFile(keyFile, MAX_KEY_BYTES);
  const ca = caFile === undefined ? undefined : readFileSync(caFile, 'utf8');
  const options = { cert, key, ...(ca === undefined ? {} : { ca }), minVersion: 'TLSv1.2' as const };
  return { options, text: JSON.stringify([cert, key, ca]) };
}

/** Whether they can be used together: OpenSSL itself takes a certificate with an empty key, and fails at each client. */
function check({ cert, key, ca }: Certificates['options']): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new Error('the key is not that of the certificate');
  }
  if (ca !== undefined) new X509Certificate(ca);
  createSecureContext({ cert, key, ...(ca === undefined ? {} : { ca }) });
}

function unusable({ certFile }: BrokerTls, cause: unknown, hint: string): IntakeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `the certificate ${certFile}, its key or its CA cannot be used (${reason})`;
  return new IntakeError('CERTIFICATE_UNUSABLE', message, hint, cause);
}

/**
 * What a TLS server starts with.
 * @param place of the section in the configuration
 * @throws IntakeError CERTIFICATE_UNUSABLE
 */
export function serverCertificates(tls: BrokerTls, place = 'mqttIntake.listen.tls'): TlsOptions {
  try {
    const { options } = read(tls);
    check(options);
    // Whether a certificate is demanded is the listener's business, which can say why it refuses.
    return { ...options, requestCert: tls.caFile !== undefined, rejectUnauthorized: false };
  } catch (error) {
    throw unusable(tls, error, `check certFile, keyFile (mode 0600) and caFile in ${place}`);
  }
}

/**
 * Gives the server its new certificate when the files have changed; connections that are open go on. Files that cannot be
 * used change nothing, and are told once, when they were the same twice: a renewal writes two files.
 * @returns stops it
 */
export function watchCertificates(
  tls: BrokerTls,
  server: Server,
  told: { onRenewed(): void; onUnusable(reason: IntakeError): void },
  lookEveryMs = LOOK_EVERY_MS,
): () => void {
  let inUse: string | undefined;
  let lastTrouble: string | undefined;
  let isTold = false;
  const trouble = (error: unknown, what: string) => {
    if (what !== lastTrouble) {
      lastTrouble = what;
      isTold = false;
      return;
    }
    if (isTold) return;
    isTold = true;
    told.onUnusable(
      unusable(tls, error, 'the one before is still in use; put matching files in their place'),
    );
  };
  const look = () => {
    let found: Certificates | undefined;
    try {
      found = read(tls);
      inUse ??= found.text;
      if (found.text !== inUse) {
        check(found.options);
        server.setSecureContext(found.options);
        inUse = found.text;
        told.onRenewed();
      }
      lastTrouble = undefined;
    } catch (error) {
      trouble(error, found?.text ?? String(error));
    }
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
