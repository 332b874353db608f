// Brings a Mercury reader from whatever state it is in to ready: out of a stream, out of its bootloader, and with
// region, protocol, antennas and power as configured. What can be read back is read back.

import { BridgeError } from '../bridge-error.js';
import { asInt16, readUint16 } from '../bytes/words.js';
import { mercuryRegions, noRegion, regionName } from './codes.js';
import type { MercuryExchange } from './command-exchange.js';
import {
  encodeBootFirmware,
  encodeGetReadPower,
  encodeGetRegion,
  encodeReadFilterOff,
  encodeSerialNumber,
  encodeSetAntennas,
  encodeSetGen2,
  encodeSetReadPower,
  encodeSetRegion,
  encodeStopStream,
  encodeVersion,
} from './commands.js';
import { defaultAntennas, type MercuryReaderSettings } from './reader-settings.js';
import { mercuryStatuses, statusText } from './statuses.js';
import { describeVersion, serialNumberIn } from './version.js';

/** The reader's identity. Rejects with REPLY_TIMEOUT, COMMAND_REFUSED or READER_CONFIG. */
export async function setUpReader(
  settings: MercuryReaderSettings,
  exchange: MercuryExchange,
): Promise<string> {
  // A reader goes on streaming while the gateway restarts. Its bootloader refuses this, which is as good.
  await exchange.ask('the end of reading', encodeStopStream());
  await boot(settings.id, exchange);
  const identity = await identify(exchange);
  await setRegion(settings, exchange);
  await exchange.demand('protocol Gen2', encodeSetGen2());
  const { antennas = defaultAntennas } = settings;
  await exchange.demand(`antennas ${antennas.join(', ')}`, encodeSetAntennas(antennas));
  await setReadPower(settings, exchange);
  // A module that does not know this option does not filter either.
  await exchange.ask('the read filter', encodeReadFilterOff());
  return identity;
}

/** After power-on a module waits in its bootloader, where it knows no tags. */
async function boot(readerId: string, exchange: MercuryExchange): Promise<void> {
  const { status } = await exchange.ask('its firmware', encodeBootFirmware());
  const isRunning = status === mercuryStatuses.ok || status === mercuryStatuses.invalidOpcode;
  if (isRunning) return;
  throw new BridgeError(
    'COMMAND_REFUSED',
    `${readerId}: the reader does not leave its bootloader (status ${statusText(status)})`,
    "Load the reader's firmware again with the vendor's program.",
  );
}

async function identify(exchange: MercuryExchange): Promise<string> {
  const version = describeVersion(await exchange.demand('its version', encodeVersion()));
  // Older modules refuse this with one status or another.
  const { status, data } = await exchange.ask('its serial number', encodeSerialNumber());
  const serial = status === mercuryStatuses.ok ? serialNumberIn(data) : undefined;
  return [version ?? 'Mercury', ...(serial === undefined ? [] : [`serial ${serial}`])].join(', ');
}

async function setRegion({ id, region }: MercuryReaderSettings, exchange: MercuryExchange): Promise<void> {
  if (region !== undefined) await exchange.demand(`region ${region}`, encodeSetRegion(region));
  const [code] = (await exchange.inquire('its region', encodeGetRegion())) ?? [];
  if (code === undefined) return;
  if (region !== undefined && code !== mercuryRegions[region]) {
    throw new BridgeError(
      'COMMAND_REFUSED',
      `${id}: the reader took region ${region} and still has region ${regionName(code)}`,
      'Check which regions the reader model knows.',
    );
  }
  if (code === noRegion) {
    throw new BridgeError(
      'READER_CONFIG',
      `${id}: the reader has no region and does not transmit; its region must be configured`,
      'Name the region in which the reader works, as in "eu3".',
    );
  }
}

async function setReadPower(
  { id, readPowerCentiDbm }: MercuryReaderSettings,
  exchange: MercuryExchange,
): Promise<void> {
  if (readPowerCentiDbm === undefined) return;
  const what = `read power ${readPowerCentiDbm} cdBm`;
  await exchange.demand(what, encodeSetReadPower(readPowerCentiDbm));
  const data = await exchange.inquire('its read power', encodeGetReadPower());
  if (data === undefined) return;
  const [power, highest, lowest] = [1, 3, 5].map((offset) => asInt16(readUint16(data, offset)));
  if (power === readPowerCentiDbm) return;
  throw new BridgeError(
    'COMMAND_REFUSED',
    `${id}: the reader took ${what} and has ${power} cdBm; it can do ${lowest} to ${highest}`,
    'Configure a power that the reader model has.',
  );
}
