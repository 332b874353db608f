// What an update would do, found out without changing anything: the package is verified before a byte of it is run, then unpacked
// aside, asked what it is, and given the configuration in use to check.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { diskSpace } from '../journal/disk-space.js';
import { layoutOf } from '../journal/journal-copy.js';
import { journalPathOf } from '../journal/paths.js';
import { packageFolder, packageVersion } from '../package-version.js';
import { type TakenPackage, takePackage, unpackedBytes, unpackProgram } from './package-file.js';
import { type ReleaseManifest, requireSigned } from './release-manifest.js';
import { configurationObjections } from './trial-run.js';
import { UpdateError } from './update-error.js';
import { factsOf, ownFacts, type VersionFacts } from './version-facts.js';
import { compareVersions, isNodeFit, readSheet } from './version-place.js';

/** Who vouches for a package: a publisher's signature, or a person who knows its hash. */
export type Voucher =
  | { readonly kind: 'hash'; readonly sha256: string }
  | { readonly kind: 'manifest'; readonly manifest: ReleaseManifest; readonly publishers: readonly string[] };

export interface PlanPlace {
  /** Absolute path of the configuration in use. */
  readonly config: string;
  readonly dataDir: string;
  /** A folder for what is unpacked; emptied by whoever made it. */
  readonly staging: string;
}

export interface UpdatePlan {
  readonly package: { readonly name: string; readonly bytes: number; readonly sha256: string };
  /** Address of the publisher; null where the hash was given. */
  readonly signedBy: string | null;
  readonly from: { readonly software: string; readonly folder: string; readonly journalLayout: number };
  readonly to: {
    readonly software: string;
    readonly journalLayout: number;
    readonly configurationVersion: number;
  };
  readonly node: { readonly wanted: string; readonly found: string };
  /** Layout of the journal in use; null where there is none yet. */
  readonly journalLayout: number | null;
  readonly configurationObjections: readonly string[];
  readonly room: readonly RoomNeed[];
  readonly rollback: string;
  /** Why it cannot be applied as it is; empty if it can. */
  readonly obstacles: readonly string[];
}

export interface RoomNeed {
  readonly folder: string;
  readonly what: string;
  readonly neededBytes: number;
  readonly freeBytes: number;
}

/** Left to the running gateway. */
const SPARE_BYTES = 64 * 1024 * 1024;

/** @throws UpdateError PACKAGE_REFUSED. @returns the publisher */
function requireVouched(taken: TakenPackage, voucher: Voucher): string | null {
  if (voucher.kind === 'manifest') return requireSigned(voucher.manifest, taken, voucher.publishers);
  if (voucher.sha256.toLowerCase() === taken.sha256) return null;
  const hint = 'take the file anew, and the hash from whoever publishes it';
  throw new UpdateError(
    'PACKAGE_REFUSED',
    `${taken.name} has SHA-256 ${taken.sha256}, not ${voucher.sha256.toLowerCase()}`,
    hint,
  );
}

function roomNeeds({ staging, dataDir }: PlanPlace, programBytes: number): RoomNeed[] {
  if (!existsSync(dataDir)) return [];
  const journal = ['', '-wal'].map((part) => `${journalPathOf(dataDir)}${part}`);
  const journalBytes = journal.reduce(
    (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  // Folders that share a disk share its room.
  const isOneDisk = statSync(staging).dev === statSync(dataDir).dev;
  const need = (folder: string, what: string, neededBytes: number) => {
    return { folder, what, neededBytes, freeBytes: diskSpace(folder).freeBytes };
  };
  if (isOneDisk)
    return [
      need(dataDir, 'the new version and a copy of the journal', programBytes + journalBytes + SPARE_BYTES),
    ];
  return [
    need(staging, 'the new version', programBytes),
    need(dataDir, 'a copy of the journal', journalBytes + SPARE_BYTES),
  ];
}

function rollbackText(from: number, to: number): string {
  if (to <= from) return 'the version before goes on with the same journal';
  return (
    `the version before cannot read layout ${to}: it sets the newer journal aside, takes over every record that it can prove, and goes on ` +
    'in the same tree behind a hole of at least 16,384 places, which a signed record and an alert tell. No copy of before is put back'
  );
}

interface Looked {
  readonly place: PlanPlace;
  readonly taken: TakenPackage;
  readonly signedBy: string | null;
  readonly room: readonly RoomNeed[];
  readonly node: string;
  readonly facts: VersionFacts;
  readonly objections: readonly string[];
}

function planOf({ place, taken, signedBy, room, node, facts, objections }: Looked): UpdatePlan {
  const own = ownFacts();
  const found = layoutOf(journalPathOf(place.dataDir)) ?? null;
  const tight = room.filter(({ neededBytes, freeBytes }) => neededBytes > freeBytes);
  const obstacles = [
    ...(compareVersions(facts.software, own.software) < 0
      ? [`${facts.software} is older than ${own.software}, which runs`]
      : []),
    ...(isNodeFit(node) === false ? [`it wants Node.js ${node}, this is ${process.versions.node}`] : []),
    ...(found !== null && found > facts.journalLayout
      ? [`the journal has layout ${found}, the new version knows ${facts.journalLayout}`]
      : []),
    ...(existsSync(place.dataDir) ? [] : [`there is no ${place.dataDir} yet: start the gateway once before`]),
    ...(objections.length > 0 ? ['the new version does not accept the configuration in use'] : []),
    ...tight.map(({ folder, what }) => `there is too little room at ${folder} for ${what}`),
  ];
  return {
    package: { name: taken.name, bytes: taken.bytes, sha256: taken.sha256 },
    signedBy,
    from: { software: packageVersion(), folder: packageFolder(), journalLayout: own.journalLayout },
    to: {
      ...{ software: facts.software, journalLayout: facts.journalLayout },
      configurationVersion: facts.configurationVersion,
    },
    node: { wanted: node, found: process.versions.node },
    journalLayout: found,
    ...{ configurationObjections: objections, room, obstacles },
    rollback: rollbackText(own.journalLayout, facts.journalLayout),
  };
}

export const programIn = (staging: string): string => join(staging, 'program');

/**
 * Verifies the package at `path`, unpacks it into the staging folder and asks it.
 * @throws UpdateError
 */
export async function planUpdate(path: string, voucher: Voucher, place: PlanPlace): Promise<UpdatePlan> {
  const taken = await takePackage(path, place.staging);
  const signedBy = requireVouched(taken, voucher);
  const room = roomNeeds(place, unpackedBytes(taken));
  const program = programIn(place.staging);
  unpackProgram(taken, program);
  const { node, software } = readSheet(program);
  if (voucher.kind === 'manifest' && voucher.manifest.software !== software) {
    const hint = 'take package and manifest anew from whoever publishes them';
    throw new UpdateError(
      'PACKAGE_REFUSED',
      `the manifest is of ${voucher.manifest.software}, the package of ${software}`,
      hint,
    );
  }
  const facts = factsOf(program, place.config);
  const objections = configurationObjections(program, place.config, packageFolder());
  return planOf({ place, taken, signedBy, room, node, facts, objections });
}
