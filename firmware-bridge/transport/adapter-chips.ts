// USB serial chips and boards by their ids, and what usually hangs on them. A chip says nothing sure about the device
// behind its wires: these are candidates for `coldgate probe`, never an answer.

export interface AdapterChip {
  readonly vendorId: string;
  /** Absent: every product of the vendor. */
  readonly productIds?: readonly string[];
  readonly chip: string;
  /** Names of protocols, the likeliest first. */
  readonly candidates: readonly string[];
}

/** The ids are those of the kernel's own tables (ch341.c, cp210x.c, ftdi_sio.c, pl2303.c, cdc-acm.c). */
const adapterChips: readonly AdapterChip[] = [
  {
    vendorId: '1a86',
    productIds: ['7523', '5523', '7522', '55d3', '55d4'],
    chip: 'WCH CH340/CH341/CH343/CH9102',
    candidates: ['m100', 'modbus', 'board', 'r2000'],
  },
  { vendorId: '10c4', chip: 'Silicon Labs CP210x', candidates: ['chafon', 'm100', 'r2000', 'rcp', 'board'] },
  { vendorId: '0403', chip: 'FTDI FT232/FT2232', candidates: ['modbus', 'mercury', 'rcp'] },
  { vendorId: '067b', chip: 'Prolific PL2303', candidates: ['nmea', 'chafon', 'r2000'] },
  { vendorId: '2341', chip: 'Arduino', candidates: ['board'] },
  { vendorId: '2a03', chip: 'Arduino', candidates: ['board'] },
  { vendorId: '2e8a', chip: 'Raspberry Pi RP2040', candidates: ['board'] },
  { vendorId: '303a', chip: 'Espressif ESP32', candidates: ['board'] },
  { vendorId: '1546', chip: 'u-blox GNSS', candidates: ['nmea'] },
];

export function adapterChip(vendorId: string, productId: string): AdapterChip | undefined {
  return adapterChips.find(
    (chip) => chip.vendorId === vendorId && (chip.productIds?.includes(productId) ?? true),
  );
}
