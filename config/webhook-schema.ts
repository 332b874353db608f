// The `webhooks` section: receivers that are told of alerts over HTTPS, each in its own order and from its own cursor.
// Rules that span two entries are below; what is sent is in webhook-events.ts.

import * as z from 'zod';
import { filePath, flag, identifier, integer, isGuardedUrl, list, oneOf, says, section } from './fields.js';
import { type Finding, named, repeatedNames } from './finding.js';
import type { RawNode } from './raw-node.js';
import { alertEventNames, webhookEventNames } from './webhook-events.js';

const MAX_URL = 2_048;
const defaults = { allowPrivateAddresses: false, giveUpAfterHours: 72 } as const;

/** The receivers. Relative paths are resolved against `folder`. */
export function webhooksSchema(folder: string) {
  const urlExample = 'url: https://alerts.example.org/coldgate';
  const urlError = says(
    'an https:// address, or http:// on this machine only, without user, password or #',
    urlExample,
  );
  const webhook = section(
    {
      name: identifier('name: dispatch'),
      url: z.string(urlError).max(MAX_URL, urlError).refine(isGuardedUrl, urlError),
      secretFile: filePath(folder, 'secretFile: ./keys/dispatch.whsec'),
      events: list(oneOf(webhookEventNames, '- excursion.opened'), 'events: [ excursion.opened ]')
        .min(1, says('at least one event', 'events: [ excursion.opened ]'))
        .prefault([...alertEventNames]),
      caFile: filePath(folder, 'caFile: ./keys/dispatch-ca.pem').exactOptional(),
      allowPrivateAddresses: flag('allowPrivateAddresses: true').default(defaults.allowPrivateAddresses),
      giveUpAfterHours: integer({ min: 1, max: 720, unit: 'hours', example: 'giveUpAfterHours: 72' }).default(
        defaults.giveUpAfterHours,
      ),
    },
    `- { name: dispatch, ${urlExample}, secretFile: ./keys/dispatch.whsec }`,
  );
  return list(webhook, 'webhooks: []');
}

/** Each receiver has its cursor and its dead letters under its name. */
export function webhookFindings(root: RawNode): Finding[] {
  const names = root.entries('webhooks').map((entry) => entry.child('name'));
  return repeatedNames(named(names), 'this webhook name', 'each webhook has its own cursor under its name');
}
