// Every value that a configuration may leave out, in one table, with its unit in its name.
// The schema applies them, the template and the README print them. Reasons are in the README's decisions.

export const defaults = {
  gateway: {
    dataDir: './data',
    keyFile: './keys/device-key.json',
    passphraseFile: './keys/passphrase',
  },
  commit: { windowMs: 1_000 },
  clock: { trust: 'auto' },
  reader: { mergeWindowMs: 1_000 },
  m100: { baudRate: 115_200 },
  chafon: { baudRate: 57_600, address: 255, pollIntervalMs: 100 },
  mercury: { baudRate: 115_200 },
  r2000: { baudRate: 115_200, address: 255 },
  modbus: {
    baudRate: 9_600,
    parity: 'none',
    cadenceMs: 10_000,
    replyTimeoutMs: 300,
    offsetsIntervalMs: 3_600_000,
  },
  onewire: { directory: '/sys/bus/w1/devices', cadenceMs: 10_000 },
  board: { baudRate: 115_200, format: 'cobs', cadenceMs: 10_000 },
  gnss: { positionIntervalMs: 60_000, timeIntervalMs: 3_600_000 },
  nmea: { baudRate: 9_600 },
  gpsd: { port: 'tcp://127.0.0.1:2947' },
  gpio: { chip: 'gpiochip0', isOpenWhenHigh: true, debounceMs: 50, repeatMs: 60_000 },
  mqttListen: { host: '127.0.0.1', port: 1_883 },
  broker: { encoding: 'json' },
  sensorCheck: { toleranceMilliC: 500, apartDelayMs: 600_000 },
  excursion: { delayMs: 0, maxGapMs: 600_000 },
  ledger: {
    payerKeyFile: './keys/payer-key.json',
    payerPassphraseFile: './keys/payer-passphrase',
    batchIntervalMs: 60_000,
    pollIntervalMs: 4_000,
  },
  log: { level: 'info' },
} as const;
