// The `retention` section: how long records are kept, how much of the disk stays free, and who must have a record before it
// may go. What is never deleted at all is in gateway/retention.

import { defaults } from './defaults.js';
import { integer, list, matching, section } from './fields.js';
import { type Finding, finding } from './finding.js';
import type { RawNode } from './raw-node.js';

/** Younger ones are what late readings are judged with. */
export const LEAST_RETENTION_DAYS = 8;
const MOST_DAYS = 36_525;
const sinkPattern = /^(epcis|sparkplug|(mqtt|receipt|webhook):[A-Za-z0-9_-]{1,64})$/;

const days = (name: string, example: number) =>
  integer({
    min: LEAST_RETENTION_DAYS,
    max: MOST_DAYS,
    unit: 'days',
    example: `${name}: ${example}`,
  });

export const retentionSchema = section(
  {
    readingDays: days('readingDays', 400).exactOptional(),
    shipmentDays: days('shipmentDays', 1_827).default(defaults.retention.shipmentDays),
    eventDays: days('eventDays', 1_827).default(defaults.retention.eventDays),
    keepFreePercent: integer({ min: 0, max: 90, unit: 'percent', example: 'keepFreePercent: 5' }).default(
      defaults.retention.keepFreePercent,
    ),
    keepFreeMegabytes: integer({
      min: 0,
      max: 10_000_000,
      unit: 'megabytes',
      example: 'keepFreeMegabytes: 500',
    }).default(defaults.retention.keepFreeMegabytes),
    holdFor: list(
      matching(
        sinkPattern,
        'epcis, sparkplug, or mqtt:, receipt: or webhook: with a name, as `coldgate status` shows them',
        '- receipt:erp',
      ),
      'holdFor: [ mqtt:fleet, receipt:erp ]',
    ).exactOptional(),
  },
  'retention: { readingDays: 400 }',
);

/** Whom the rest of the configuration names, in the words of `holdFor`. */
function receiversOf(root: RawNode): ReadonlySet<string> {
  const names = (kind: string, nodes: readonly RawNode[]) =>
    nodes.flatMap(({ text }) => (text === undefined ? [] : [`${kind}:${text}`]));
  const publish = root.child('publish');
  return new Set([
    ...names(
      'mqtt',
      publish.entries('brokers').map((broker) => broker.child('name')),
    ),
    ...names('receipt', publish.entries('consumers')),
    ...names(
      'webhook',
      root.entries('webhooks').map((webhook) => webhook.child('name')),
    ),
    ...(root.child('sparkplug').isPresent ? ['sparkplug'] : []),
    ...(root.child('epcis').child('capture').isPresent ? ['epcis'] : []),
  ]);
}

/** Whoever is waited for must be there: nobody else would ever let go of a record. */
export function retentionFindings(root: RawNode): Finding[] {
  const receivers = receiversOf(root);
  return root
    .child('retention')
    .entries('holdFor')
    .filter(({ text }) => text !== undefined && sinkPattern.test(text) && !receivers.has(text))
    .map((node) =>
      finding(node, 'nobody of this name is configured, so its records would be held for ever', {
        hint:
          receivers.size > 0 ? `there are ${[...receivers].join(', ')}` : 'name brokers or consumers first',
      }),
    );
}
