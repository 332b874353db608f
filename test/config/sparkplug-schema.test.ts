// The `sparkplug` section: names that may stand in topics, servers in their order.

import { describe, expect, it } from 'vitest';
import { sparkplugSchema } from '../../config/sparkplug-schema.js';
import { isTopicName } from '../../gateway/sparkplug/edge-topics.js';

const schema = sparkplugSchema('/etc/coldgate');
const least = { groupId: 'cold-chain', urls: ['mqtts://scada.example.org:8883'] };

describe('the sparkplug section', () => {
  it('needs a group and a server, and limits rebirths to one in ten seconds', () => {
    expect(schema.parse(least)).toEqual({ ...least, rebirthMinIntervalSeconds: 10 });
  });

  it('resolves its files against the folder of the configuration', () => {
    const parsed = schema.parse({ ...least, username: 'truck-17', passwordFile: './a', caFile: '/b' });
    expect(parsed).toMatchObject({ passwordFile: '/etc/coldgate/a', caFile: '/b' });
  });

  it.each(['Plant 1', 'site:north.2', 'a', 'x'.repeat(64)])(
    'takes "%s" as a name, which a topic can carry',
    (name) => {
      expect(schema.parse({ ...least, groupId: name, edgeNodeId: name, primaryHostId: name }).groupId).toBe(
        name,
      );
      expect(isTopicName(name)).toBe(true);
    },
  );

  it.each(['', ' a', 'a ', 'a/b', '+', 'a#', 'a\n', 'x'.repeat(65)])('refuses the name %j', (name) => {
    for (const key of ['groupId', 'edgeNodeId', 'primaryHostId']) {
      expect(schema.safeParse({ ...least, [key]: name }).success).toBe(false);
    }
  });

  it.each([
    [[]],
    [Array.from({ length: 9 }, () => 'mqtt://a')],
    [['embedded']],
    [['mqtt://user:secret@a']],
    [['https://a']],
  ])('refuses the servers %j', (urls) => {
    expect(schema.safeParse({ ...least, urls }).success).toBe(false);
  });
});
