// The folder at the owner's desk: who the owner is, where the fleet meets, and one folder for each gateway. What was decided
// once (a gateway taken, a number given away) is a file that is made once, so that two programs at the desk, or a power cut,
// can neither decide twice nor by halves.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { identifierPattern } from '../../../config/fields.js';
import { makeNewFile } from '../../journal/new-file.js';
import { address } from '../enrol-request.js';
import { FleetError } from '../fleet-error.js';
import { GatewayFolder, readDeskFile } from './gateway-folder.js';

const fleetSchema = z.strictObject({
  format: z.literal('coldgate-fleet'),
  version: z.literal(1),
  owner: address,
  broker: z.strictObject({
    url: z.string(),
    username: z.string().exactOptional(),
    /** Absolute paths. */
    passwordFile: z.string().exactOptional(),
    caFile: z.string().exactOptional(),
  }),
});

/** Where the desk meets its gateways. */
export type FleetBroker = z.infer<typeof fleetSchema>['broker'];

const FILE = 'fleet.json';
const GATEWAYS = 'gateways';

export class FleetFolder {
  readonly #path: string;
  /** Address, 0x and 40 lower-case digits. */
  readonly owner: string;
  readonly broker: FleetBroker;

  /** @throws FleetError FLEET_UNREADABLE */
  constructor(path: string) {
    this.#path = path;
    const known = readDeskFile(join(path, FILE), fleetSchema);
    if (!known) {
      const hint = 'name the folder with --dir, or make one: coldgate fleet init';
      throw new FleetError('FLEET_UNREADABLE', `${path} is no folder of a fleet`, hint);
    }
    this.owner = known.owner;
    this.broker = known.broker;
  }

  /** The last thing that `coldgate fleet init` makes. @throws FleetError FLEET_EXISTS; what the file system throws */
  static create(path: string, owner: string, broker: FleetBroker): FleetFolder {
    mkdirSync(join(path, GATEWAYS), { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ format: 'coldgate-fleet', version: 1, owner, broker }, undefined, 2);
    if (!makeNewFile(join(path, FILE), `${text}\n`)) {
      throw new FleetError('FLEET_EXISTS', `${path} holds a fleet already`, 'choose another folder');
    }
    return new FleetFolder(path);
  }

  get keyFile(): string {
    return join(this.#path, 'owner-key.json');
  }

  get passphraseFile(): string {
    return join(this.#path, 'owner-passphrase');
  }

  /** Of all that were invited, by name. */
  names(): string[] {
    return readdirSync(join(this.#path, GATEWAYS), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && identifierPattern.test(entry.name))
      .map(({ name }) => name)
      .sort();
  }

  /** @param name of a gateway: of A-Z a-z 0-9 _ - */
  gateway(name: string): GatewayFolder {
    return new GatewayFolder(join(this.#path, GATEWAYS, name), name);
  }
}
