// What the owner's desk keeps of one gateway: its code, who came with it, each configuration that was signed for it, and what
// it last said.

import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { hex } from '../../../ledger-sync/evidence/hex-field.js';
import { makeNewFile } from '../../journal/new-file.js';
import { flushFolder, replaceFile } from '../../journal/replace-file.js';
import { jsonOf } from '../../publish/json-payload.js';
import { type ConfigurationReport, reportStates } from '../configuration-report.js';
import { address } from '../enrol-request.js';
import { FleetError } from '../fleet-error.js';

const version = z.literal(1);
const ledger = z.strictObject({ chainId: z.int().positive(), contract: address, registrar: address });

const inviteSchema = z.strictObject({
  version,
  id: hex(8),
  /** Not the secret itself, which is on the code only. */
  proofKey: hex(32),
  expiresAtMs: z.int(),
  ledger: ledger.exactOptional(),
  /** The first configuration. */
  text: z.string(),
});

const enrolledSchema = z.strictObject({
  version,
  invite: hex(8),
  gateway: address,
  sealingKey: hex(32),
  /** Made for this gateway: it reports by it. */
  reportKey: hex(32),
  atMs: z.int(),
});

const signedSchema = z.strictObject({
  version,
  number: z.int().positive(),
  /** What the owner wrote. */
  text: z.string(),
  /** What is published. */
  payload: z.string(),
});

const reportSchema = z.strictObject({
  version,
  number: z.int().nonnegative(),
  state: z.enum(reportStates),
  code: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  atMs: z.int(),
});

export type KeptInvite = Omit<z.infer<typeof inviteSchema>, 'version'>;
export type EnrolledGateway = Omit<z.infer<typeof enrolledSchema>, 'version'>;
export type SignedConfiguration = Omit<z.infer<typeof signedSchema>, 'version'>;

const MAX_BYTES = 1_048_576;
const configurationName = /^configuration-(\d{6,15})\.json$/;

/** What a file of the desk says; undefined if it is not there. @throws FleetError FLEET_UNREADABLE */
export function readDeskFile<Content>(path: string, schema: z.ZodType<Content>): Content | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const message = error instanceof Error ? error.message : String(error);
    throw new FleetError('FLEET_UNREADABLE', message, 'check the folder and its rights', error);
  }
  const parsed = schema.safeParse(bytes.length > MAX_BYTES ? undefined : jsonOf(bytes));
  if (parsed.success) return parsed.data;
  const hint = 'bring it back from a backup; without it this gateway must be invited anew';
  throw new FleetError('FLEET_UNREADABLE', `${path} is damaged`, hint);
}

const textOf = (content: object) => `${JSON.stringify({ version: 1, ...content }, undefined, 2)}\n`;

/** Reading throws FleetError FLEET_UNREADABLE where a file is damaged; writing throws what the file system throws. */
export class GatewayFolder {
  readonly #path: string;

  constructor(
    path: string,
    readonly name: string,
  ) {
    this.#path = path;
  }

  invite(): KeptInvite | undefined {
    return this.#read('invite.json', inviteSchema);
  }

  /** In the place of the one before. */
  keepInvite(invite: KeptInvite): void {
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    flushFolder(dirname(this.#path));
    replaceFile(this.#file('invite.json'), textOf(invite));
  }

  enrolled(): EnrolledGateway | undefined {
    return this.#read('enrolled.json', enrolledSchema);
  }

  /** Takes a gateway: the code is used. @returns false if another was taken first */
  keepEnrolled(gateway: EnrolledGateway): boolean {
    return makeNewFile(this.#file('enrolled.json'), textOf(gateway));
  }

  /** The file for `coldgate ledger register`. */
  get registrationFile(): string {
    return this.#file('registration.json');
  }

  keepRegistration(file: object): void {
    replaceFile(this.registrationFile, `${JSON.stringify(file, undefined, 2)}\n`);
  }

  /** The highest number that was given away; 0 before the first. */
  newestNumber(): number {
    const numbers = readdirSync(this.#path).flatMap((name) => configurationName.exec(name)?.[1] ?? []);
    return Math.max(0, ...numbers.map(Number));
  }

  configuration(number: number): SignedConfiguration | undefined {
    return this.#read(`configuration-${String(number).padStart(6, '0')}.json`, signedSchema);
  }

  /** @returns false if its number was given away already */
  keepConfiguration(signed: SignedConfiguration): boolean {
    const name = `configuration-${String(signed.number).padStart(6, '0')}.json`;
    return makeNewFile(this.#file(name), textOf(signed));
  }

  report(): ConfigurationReport | undefined {
    const known = this.#read('report.json', reportSchema);
    if (!known) return undefined;
    const { version: _version, ...report } = known;
    return report;
  }

  keepReport(report: ConfigurationReport): void {
    const file = this.#file('report.json');
    // Every program at the desk hears the same reports.
    replaceFile(file, textOf(report), undefined, `${file}.${process.pid}.next`);
  }

  /** Makes room for another machine of that name; what was known of this one stays beside it. */
  retire(): void {
    const { gateway = 'invited' } = this.enrolled() ?? {};
    renameSync(this.#path, `${this.#path}~${gateway}`);
  }

  #file(name: string): string {
    return join(this.#path, name);
  }

  #read<Content>(name: string, schema: z.ZodType<Content>): Content | undefined {
    return readDeskFile(this.#file(name), schema);
  }
}
