// The `authenticity` section: whose word on packs is believed, and what the readers of this gateway can do. Without it tags
// are recorded and not judged.

import * as z from 'zod';
import { address, filePath, identifier, integer, isGuardedUrl, list, says, section } from './fields.js';

const urlError = says(
  'an https:// URL without user, password or fragment; http:// only to this machine',
  'snapshotUrl: https://maker.example/serials.json',
);

const readerExample = '- { readerId: dock-reader, readRatePercent: 95 }';
const publisherExample = "publishers: ['0x70997970C51812dc3A010C7d01b50e0d17dc79C8']";
const degrees = (name: string, max: number) =>
  integer({ min: -max, max, unit: '1e-7 degrees, WGS 84', example: `${name}: 475000000` }).exactOptional();

const readerSchema = section(
  {
    readerId: identifier('readerId: dock-reader'),
    readRatePercent: integer({
      min: 1,
      max: 100,
      unit: 'percent of rounds in which it reads a tag that is there',
      example: 'readRatePercent: 95',
    }).default(90),
    latitudeDegE7: degrees('latitudeDegE7', 900_000_000),
    longitudeDegE7: degrees('longitudeDegE7', 1_800_000_000),
  },
  readerExample,
).refine(
  ({ latitudeDegE7, longitudeDegE7 }) => (latitudeDegE7 === undefined) === (longitudeDegE7 === undefined),
  says('both latitudeDegE7 and longitudeDegE7, or neither for a reader that rides along', readerExample),
);

const serviceExample =
  'tagService: { url: https://verify.example/tags, tokenFile: ./keys/tag-service-token }';
const serviceUrlError = says(
  'an https:// URL without user, password or fragment; http:// only to this machine',
  serviceExample,
);

/** Who judges proofs of chips whose keys the maker keeps. Asked by the ledger-sync role. */
const serviceSchema = (folder: string) =>
  section(
    {
      url: z.string(serviceUrlError).max(2_000, serviceUrlError).refine(isGuardedUrl, serviceUrlError),
      tokenFile: filePath(folder, 'tokenFile: ./keys/tag-service-token').exactOptional(),
    },
    serviceExample,
  );

export const authenticitySchema = (folder: string) =>
  section(
    {
      chainId: integer({
        min: 1,
        max: Number.MAX_SAFE_INTEGER,
        unit: 'EIP-155 chain id',
        example: 'chainId: 31337',
      }),
      contract: address("contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3'"),
      publishers: list(address(publisherExample), publisherExample).min(
        1,
        says('at least one publisher of snapshots', publisherExample),
      ),
      snapshotUrl: z.string(urlError).max(2_000, urlError).refine(isGuardedUrl, urlError).exactOptional(),
      snapshotIntervalMinutes: integer({
        min: 1,
        max: 10_080,
        unit: 'minutes',
        example: 'snapshotIntervalMinutes: 60',
      }).default(60),
      maxAgeHours: integer({ min: 1, max: 8_760, unit: 'hours', example: 'maxAgeHours: 72' }).default(72),
      maxSpeedKmh: integer({ min: 10, max: 1_200, unit: 'km/h', example: 'maxSpeedKmh: 120' }).default(120),
      tagKeyFile: filePath(folder, 'tagKeyFile: ./keys/tag-keys.json').exactOptional(),
      tagService: serviceSchema(folder).exactOptional(),
      readers: list(readerSchema, `readers: [ ${readerExample.slice(2)} ]`).prefault([]),
    },
    `authenticity: { chainId: 31337, contract: '0x...', ${publisherExample} }`,
  );

export type AuthenticityConfig = z.infer<ReturnType<typeof authenticitySchema>>;
