// Sets region and power of an M100 reader and reads both back: a module may acknowledge what it does not do,
// and a wrong band is an offence.

import { BridgeError } from '../bridge-error.js';
import { readUint16 } from '../bytes/words.js';
import { m100Regions, regionName } from './codes.js';
import type { CommandExchange } from './command-exchange.js';
import { encodeGetRegion, encodeGetTxPower, encodeSetRegion, encodeSetTxPower } from './commands.js';
import type { M100ReaderSettings } from './reader-settings.js';

/** Rejects with REPLY_TIMEOUT or COMMAND_REFUSED, also where the reader acknowledges and then tells another value. */
export async function applySettings(
  { id, region, txPowerCentiDbm }: M100ReaderSettings,
  exchange: CommandExchange,
): Promise<void> {
  if (region !== undefined) {
    await exchange.set(`region ${region}`, encodeSetRegion(region));
    const [code = 0] = await exchange.get('its region', encodeGetRegion());
    if (code !== m100Regions[region]) throw notTaken(id, `region ${region}`, `region ${regionName(code)}`);
  }
  if (txPowerCentiDbm !== undefined) {
    const what = `power ${txPowerCentiDbm} cdBm`;
    await exchange.set(what, encodeSetTxPower(txPowerCentiDbm));
    const actualCentiDbm = readUint16(await exchange.get('its power', encodeGetTxPower()), 0);
    if (actualCentiDbm !== txPowerCentiDbm) throw notTaken(id, what, `${actualCentiDbm} cdBm`);
  }
}

function notTaken(readerId: string, wanted: string, actual: string): BridgeError {
  return new BridgeError(
    'COMMAND_REFUSED',
    `${readerId}: the reader acknowledged ${wanted} and still has ${actual}`,
    'Configure a value that the reader model has.',
  );
}
