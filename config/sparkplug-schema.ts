// The `sparkplug` section: the gateway as a Sparkplug B 3.0 edge node. Left out, there is none.
// A group or node name stands in topics, so it holds no separator and no wildcard (Sparkplug 3.0 section 4.1).

import { brokerLogin, brokerUrl } from './broker-fields.js';
import { integer, list, matching, says, section } from './fields.js';

const defaults = { rebirthMinIntervalSeconds: 10 } as const;
const MAX_SERVERS = 8;

function sparkplugName(example: string) {
  return matching(
    /^[A-Za-z0-9_-](?:[A-Za-z0-9 ._:-]{0,62}[A-Za-z0-9_-])?$/,
    '1 to 64 of A-Z a-z 0-9 _ - and, inside, space . :',
    example,
  );
}

/** Relative paths are resolved against `folder`. */
export function sparkplugSchema(folder: string) {
  const urlExample = 'urls: [ mqtts://scada.example.org:8883 ]';
  const urlsError = says(`1 to ${MAX_SERVERS} servers, in the order in which they are tried`, urlExample);
  return section(
    {
      groupId: sparkplugName('groupId: cold-chain'),
      /** The gateway's name where it is left out. */
      edgeNodeId: sparkplugName('edgeNodeId: truck-17').exactOptional(),
      urls: list(brokerUrl(urlExample), urlExample).min(1, urlsError).max(MAX_SERVERS, urlsError),
      ...brokerLogin(folder, 'truck-17', 'scada'),
      /** Births wait until this host says that it is online. */
      primaryHostId: sparkplugName('primaryHostId: scada').exactOptional(),
      rebirthMinIntervalSeconds: integer({
        min: 1,
        max: 3_600,
        unit: 'seconds',
        example: 'rebirthMinIntervalSeconds: 10',
      }).default(defaults.rebirthMinIntervalSeconds),
    },
    `sparkplug: { groupId: cold-chain, ${urlExample} }`,
  );
}
