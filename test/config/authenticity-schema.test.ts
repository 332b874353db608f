// The `authenticity` section: whose word is believed, and nothing that is half said.

import { describe, expect, it } from 'vitest';
import { authenticitySchema } from '../../config/authenticity-schema.js';

const address = `0x${'aB'.repeat(20)}`;
const parse = (value: unknown) => authenticitySchema('/etc/coldgate').safeParse(value);
const least = { chainId: 31337, contract: address, publishers: [address] };

describe('the authenticity section', () => {
  it('needs a ledger and a publisher, and fills in the rest', () => {
    expect(authenticitySchema('/etc/coldgate').parse(least)).toEqual({
      ...least,
      ...{ snapshotIntervalMinutes: 60, maxAgeHours: 72, maxSpeedKmh: 120, readers: [] },
    });
    const readers = [{ readerId: 'dock', readRatePercent: 90 }];
    expect(
      authenticitySchema('/etc/coldgate').parse({ ...least, readers: [{ readerId: 'dock' }] }),
    ).toMatchObject({
      readers,
    });
  });

  it.each([
    ['no publisher', { publishers: [] }],
    ['an address that is none', { publishers: ['0x12'] }],
    ['the zero address', { contract: `0x${'00'.repeat(20)}` }],
    ['a snapshot over plain HTTP from elsewhere', { snapshotUrl: 'http://maker.example/serials.json' }],
    ['half a place', { readers: [{ readerId: 'dock', latitudeDegE7: 475_000_000 }] }],
    ['a read rate of nothing', { readers: [{ readerId: 'dock', readRatePercent: 0 }] }],
    ['a tag service over plain HTTP from elsewhere', { tagService: { url: 'http://verify.example/tags' } }],
    ['a tag service with a key in its place', { tagService: { url: 'https://verify.example', token: 'x' } }],
    ['a key that is unknown', { maxAge: 3 }],
  ])('refuses %s', (_what, change) => {
    expect(authenticitySchema('/etc/coldgate').safeParse({ ...least, ...change }).success).toBe(false);
  });

  it('finds the files of secrets beside its own', () => {
    const tagService = { url: 'https://verify.example/tags', tokenFile: './keys/tag-service-token' };
    expect(parse({ ...least, tagKeyFile: 'keys/tag-keys.json', tagService }).data).toMatchObject({
      tagKeyFile: '/etc/coldgate/keys/tag-keys.json',
      tagService: { ...tagService, tokenFile: '/etc/coldgate/keys/tag-service-token' },
    });
  });

  it('takes a snapshot over plain HTTP from this machine only', () => {
    const snapshotUrl = 'http://127.0.0.1:8080/serials.json';
    expect(authenticitySchema('/etc/coldgate').parse({ ...least, snapshotUrl })).toMatchObject({
      snapshotUrl,
    });
  });
});
