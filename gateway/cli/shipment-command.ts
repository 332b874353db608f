// `coldgate shipment ...`: asks the gateway role to create a shipment or to take it a step further, and shows where
// shipments stand. Decides nothing itself: what the role refuses is refused.

import { dirname, resolve } from 'node:path';
import type { AlarmProfile } from '../../config/alarm-profile.js';
import type { Authorisations, readState, submitRequest } from '../requests/submit.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { profileDocument } from '../shipments/profile-document.js';
import { readShipment, readShipments, type Shipment } from '../shipments/shipment.js';
import { shipmentLedger } from '../shipments/shipment-budgets.js';
import {
  orderDocument,
  parseShipment,
  readShipmentFile,
  type ShipmentFile,
} from '../shipments/shipment-file.js';
import type { ShipmentStep } from '../shipments/shipment-states.js';
import { shipmentLine, shipmentLines } from '../shipments/shipment-summary.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

/** What the commands reach the gateway with. */
export interface ShipmentCommandParts {
  readonly submit: typeof submitRequest;
  readonly readState: typeof readState;
  /** By name, or by the path of its file. */
  readonly loadProfile: (nameOrFile: string) => AlarmProfile | Promise<AlarmProfile>;
  /** Makes the proof of who asks; absent while nobody has an account. */
  readonly authorise?: Authorisations | undefined;
}

interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

export interface CreateOptions extends CommonOptions {
  /** Else the other options tell the shipment. */
  readonly file?: string | undefined;
  readonly id?: string;
  readonly profile?: string;
  readonly probe?: readonly string[];
  readonly tag?: readonly string[];
  readonly consignor?: string;
  readonly consignee?: string;
  readonly carrier?: string;
  /** `GTIN:LOT` each. */
  readonly product?: readonly string[];
  readonly lowMilliC?: string;
  readonly highMilliC?: string;
  readonly label?: string;
}

function productOf(told: string): { gtin: string; lot: string } {
  const colon = told.indexOf(':');
  if (colon > 0) return { gtin: told.slice(0, colon), lot: told.slice(colon + 1) };
  throw new UsageError(
    'WRONG_USE',
    `--product ${told} is no GTIN:LOT`,
    'write --product 09521141123454:LOT-7A',
  );
}

/** Text stays text, so that the schema says what is wrong with it. */
const limit = (told: string) => (/^-?\d{1,7}$/.test(told) ? Number(told) : told);

function told(options: CreateOptions): object {
  const { id, profile, probe, tag, consignor, consignee, carrier, product, label } = options;
  const { lowMilliC, highMilliC } = options;
  const range = {
    ...(lowMilliC === undefined ? {} : { lowMilliC: limit(lowMilliC) }),
    ...(highMilliC === undefined ? {} : { highMilliC: limit(highMilliC) }),
  };
  const single = { id, profile, consignor, consignee, carrier, label };
  return {
    ...Object.fromEntries(Object.entries(single).filter(([, value]) => value !== undefined)),
    ...(probe ? { probes: probe } : {}),
    ...(tag ? { tags: tag } : {}),
    ...(product ? { products: product.map(productOf) } : {}),
    ...(Object.keys(range).length === 0 ? {} : { range }),
  };
}

function orderOf(options: CreateOptions): ShipmentFile {
  const thisYear = new Date().getUTCFullYear();
  const byOptions = told(options);
  if (options.file === undefined) return parseShipment(byOptions, 'the options', thisYear);
  if (Object.keys(byOptions).length === 0) return readShipmentFile(options.file, thisYear);
  const hint = 'use either a file, or --id, --profile, --probe and the others';
  throw new UsageError('WRONG_USE', 'the shipment is told twice', hint);
}

/** A path in a shipment file starts at the folder of that file. */
export function profilePlace(profile: string, file: string | undefined): string {
  return file !== undefined && profile.includes('/') ? resolve(dirname(file), profile) : profile;
}

function report(
  answer: DetailDocument,
  lines: readonly string[],
  options: CommonOptions,
  io: CliIo,
): ExitCode {
  if (options.json) io.out(JSON.stringify(answer));
  else for (const line of lines) io.out(line);
  return exitCodes.ok;
}

const recordOf = ({ sequence }: DetailDocument) => (sequence === undefined ? '' : `, record ${sequence}`);

/** Makes a draft. @throws UsageError, ConfigError, RequestError, JournalError, and as `loadProfile` */
export async function runShipmentCreate(
  options: CreateOptions,
  parts: ShipmentCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const order = orderOf(options);
  const profile = await parts.loadProfile(profilePlace(order.profile, options.file));
  const document = orderDocument(order, profile);
  const answer = await parts.submit(options.config, 'shipment.create', document, parts.authorise);
  const lines = [
    `shipment ${order.id} is draft${recordOf(answer)}`,
    `profile in force: sha-256 ${profile.hash}`,
  ];
  if (answer.rangeDisputed !== undefined) {
    lines.push(
      'the papers tell different transport temperatures; two persons must confirm which holds:',
      `  coldgate shipment show ${order.id}`,
      `  coldgate shipment confirm-range ${order.id} --range label|order`,
    );
  }
  return report(answer, lines, options, io);
}

export interface StepOptions extends CommonOptions {
  readonly id: string;
  readonly step: ShipmentStep;
  /** Of release and rejection. */
  readonly reason?: string;
}

/** Takes a shipment a step further. @throws RequestError, ConfigError, JournalError */
export async function runShipmentStep(
  options: StepOptions,
  parts: ShipmentCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { id, step, reason } = options;
  const document = { id, ...(reason === undefined ? {} : { reason }) };
  const answer = await parts.submit(options.config, `shipment.${step}`, document, parts.authorise);
  const line = `shipment ${id}: ${answer.from} -> ${answer.state}${recordOf(answer)}`;
  return report(answer, [line], options, io);
}

export interface EraseOptions extends CommonOptions {
  readonly id: string;
  readonly reason: string;
}

/** Takes back what its records say in words. @throws RequestError, ConfigError, JournalError */
export async function runShipmentErase(
  options: EraseOptions,
  parts: ShipmentCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { id, reason } = options;
  const answer = await parts.submit(options.config, 'shipment.erase', { id, reason }, parts.authorise);
  return report(answer, [`shipment ${id}: erased${recordOf(answer)}`], options, io);
}

export interface ConfirmRangeOptions extends CommonOptions {
  readonly id: string;
  readonly range: string;
}

/** Gives one person's word on the range. @throws RequestError, ConfigError, JournalError */
export async function runConfirmRange(
  options: ConfirmRangeOptions,
  parts: ShipmentCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { id, range } = options;
  const answer = await parts.submit(options.config, 'shipment.confirm-range', { id, range }, parts.authorise);
  const isSettled = answer.isSettled === true;
  const verdict = isSettled
    ? `settled, profile in force: sha-256 ${answer.profileHash}`
    : 'another person must confirm it too, one of the two of quality';
  return report(
    answer,
    [`shipment ${id}: the ${range} is confirmed${recordOf(answer)}`, verdict],
    options,
    io,
  );
}

const asJson = (shipment: Shipment) => ({ ...shipment, profile: profileDocument(shipment.profile) });

export interface ShowOptions extends CommonOptions {
  readonly id: string;
}

/** Prints one shipment; exit code 1 if there is none. @throws ShipmentError, ConfigError, JournalError */
export async function runShipmentShow(
  options: ShowOptions,
  parts: Pick<ShipmentCommandParts, 'readState'>,
  io: CliIo,
): Promise<ExitCode> {
  const shipment = readShipment(parts.readState(options.config), options.id);
  if (!shipment) {
    io.err(`coldgate: there is no shipment ${JSON.stringify(options.id)} [SHIPMENT_UNKNOWN]`);
    io.err('  hint: coldgate shipment list shows them');
    return exitCodes.refuted;
  }
  if (options.json) io.out(JSON.stringify(asJson(shipment), undefined, 2));
  else for (const line of shipmentLines(shipment)) io.out(line);
  return exitCodes.ok;
}

/** Prints the debits of each product, as its worst probe has them; exit code 1 if there are none. */
export async function runShipmentLedger(
  options: ShowOptions,
  parts: Pick<ShipmentCommandParts, 'readState'>,
  io: CliIo,
): Promise<ExitCode> {
  const ledger = shipmentLedger(parts.readState(options.config), options.id);
  if (ledger.length === 0) {
    io.err(`coldgate: shipment ${JSON.stringify(options.id)} has no stability ledger [LEDGER_ABSENT]`);
    io.err('  hint: there is one once a shipment with stability bands is delivered');
    return exitCodes.refuted;
  }
  io.out(JSON.stringify(ledger, undefined, options.json ? undefined : 2));
  return exitCodes.ok;
}

/** Prints all shipments, one a line. @throws ShipmentError, ConfigError, JournalError */
export async function runShipmentList(
  options: CommonOptions,
  parts: Pick<ShipmentCommandParts, 'readState'>,
  io: CliIo,
): Promise<ExitCode> {
  const shipments = readShipments(parts.readState(options.config));
  if (options.json) io.out(JSON.stringify(shipments.map(asJson)));
  else if (shipments.length === 0) io.out('no shipments yet');
  else for (const shipment of shipments) io.out(shipmentLine(shipment));
  return exitCodes.ok;
}
