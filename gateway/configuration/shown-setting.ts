// How a setting stands in a diff, which goes into a signed record and on to whoever reads the log. Secrets are in files of
// their own; what is left are addresses that hold a key in their path, as of RPC services and webhooks.

import { hasUrlCredentials, looksLikeSecret } from '../../config/shown-value.js';
import { configurationHash } from './configuration-hash.js';

const MAX_LENGTH = 120;
const HASH_DIGITS = 8;

/** Whether the path of a URL under this key may be a key of its own. */
const isKeyedUrl = (path: string) => /(^|\.)rpcUrls?(\[|$)/.test(path) || /^webhooks\[.*\.url$/.test(path);

const briefHash = (text: string) => configurationHash(text).slice(0, HASH_DIGITS);

/** What follows the host becomes a few digits of its hash: a change shows, the key does not. */
function withoutPath(url: string): string {
  return url.replace(
    /^([A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*)([/?#].+)$/s,
    (_all, host: string, rest: string) => `${host}/(hidden, sha-256 ${briefHash(rest)})`,
  );
}

/** One printable line. @param path of the setting, as in a diff */
export function shownSetting(path: string, value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'nothing';
  if (looksLikeSecret(value) || hasUrlCredentials(value)) return `(not shown, sha-256 ${briefHash(value)})`;
  const open = isKeyedUrl(path) ? withoutPath(value) : value;
  const cut = open.length > MAX_LENGTH ? `${open.slice(0, MAX_LENGTH)}... sha-256 ${briefHash(open)}` : open;
  return JSON.stringify(cut).replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
