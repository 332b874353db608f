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
  m100: { baudRate: 115_200, mergeWindowMs: 1_000 },
  modbus: { baudRate: 9_600, parity: 'none', cadenceMs: 10_000, replyTimeoutMs: 300 },
  mqttListen: { host: '127.0.0.1', port: 1_883 },
  broker: { encoding: 'json' },
  excursion: { delayMs: 0 },
  ledger: {
    payerKeyFile: './keys/payer-key.json',
    payerPassphraseFile: './keys/payer-passphrase',
    batchIntervalMs: 60_000,
    pollIntervalMs: 4_000,
  },
  log: { level: 'info' },
} as const;
