// The password and the certificates of a connection to a broker, from the files that the configuration names.

import { readFileSync } from 'node:fs';
import type { BrokerConfig } from '../../config/schema.js';
import type { LinkSecrets } from './broker-link.js';

type SecretFiles = Pick<BrokerConfig, 'passwordFile' | 'caFile' | 'certFile' | 'keyFile'>;

/** @throws what the file system throws */
export function secretsOf({ passwordFile, caFile, certFile, keyFile }: SecretFiles): LinkSecrets {
  return {
    ...(passwordFile === undefined ? {} : { password: readFileSync(passwordFile, 'utf8').trim() }),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  };
}
