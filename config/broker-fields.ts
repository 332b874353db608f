// How the configuration names an MQTT broker of somebody else: where it is, and who proves what to whom.

import * as z from 'zod';
import { filePath, isEndpointUrl, matching, says } from './fields.js';

export const brokerUrlAllowed = 'mqtt://host[:port] or mqtts://host[:port], without user, password or path';

export const isBrokerUrl = (text: string): boolean => isEndpointUrl(text, ['mqtt', 'mqtts'], false);

/** @param otherWords that may stand in place of an address */
export function brokerUrl(example = 'url: mqtts://broker.example.org:8883', otherWords: string[] = []) {
  const error = says([...otherWords, brokerUrlAllowed].join(', '), example);
  return z.string(error).refine((text) => otherWords.includes(text) || isBrokerUrl(text), error);
}

/**
 * Relative paths are resolved against `folder`.
 * @param user in the example line
 * @param broker in the names of files in example lines
 */
export function brokerLogin(folder: string, user: string, broker: string) {
  return {
    username: matching(
      /^[\x21-\x7e]{1,128}$/,
      '1 to 128 printable characters',
      `username: ${user}`,
    ).exactOptional(),
    passwordFile: filePath(folder, `passwordFile: ./keys/${broker}.password`).exactOptional(),
    caFile: filePath(folder, `caFile: ./keys/${broker}-ca.pem`).exactOptional(),
  };
}

/** For mutual TLS. Relative paths are resolved against `folder`. */
export function clientCertificate(folder: string) {
  return {
    certFile: filePath(folder, 'certFile: ./keys/truck-17.pem').exactOptional(),
    keyFile: filePath(folder, 'keyFile: ./keys/truck-17-key.pem').exactOptional(),
  };
}
