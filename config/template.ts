// The commented configuration that `coldgate init` writes and that config/examples/coldgate.yaml shows.
// Lines that start with `# ` are prose; lines that start with `#` and no single space are settings switched off.
// It must load as it stands, and still load with every switched-off setting switched on.

/** What a person chooses when a configuration is made. Paths are written as given. */
export interface TemplateChoices {
  /** Gateway name, 1 to 64 of A-Z a-z 0-9 _ - */
  readonly name: string;
  readonly dataDir: string;
  readonly keysDir: string;
  /** Where the PIN of a token stands; a file in keysDir when absent. */
  readonly passphraseFile?: string | undefined;
}

/** The text of a coldgate.yaml. */
export function configText({ name, dataDir, keysDir, passphraseFile }: TemplateChoices): string {
  return `# Configuration of one coldgate gateway. Check it with: coldgate check-config -c coldgate.yaml
# Relative paths start at the folder of this file. Secrets stand in files of mode 0600, never here.

gateway:
  name: ${name}
  dataDir: ${dataDir}
  keyFile: ${keysDir}/device-key.json
  passphraseFile: ${passphraseFile ?? `${keysDir}/passphrase`}

# Readings are gathered this long before one commit, 0 to 60000 ms. Longer spares the SD card; 0 has the lowest
# latency. An excursion never waits.
commit: { windowMs: 1000 }

# auto trusts it once systemd-timesyncd has set it in this boot, or GNSS receivers agree. Order never depends on the clock.
clock: { trust: auto }

# The shipment that readings belong to from now on.
#shipment: { id: SHIP-0001 }

# Readers and buses. Name ports by /dev/serial/by-id: ttyUSB numbers change at the next start.
# A port may also be a serial server on the network: tcp://192.168.1.20:4001
#devices:
#  - id: dock-reader
#    type: m100
#    port: /dev/serial/by-id/usb-1a86_USB_Serial-if00-port0
#    region: eu
#    txPowerCentiDbm: 2000
#  - id: cargo-bus
#    type: modbus
#    port: /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0
#    baudRate: 9600
#    parity: none
#    cadenceMs: 10000
#    probes:
#      - { sensorId: cargo-front, unit: 1, profile: xy-md02, humiditySensorId: cargo-front-rh }
#      - { sensorId: cargo-rear, unit: 2, profile: r4dcb08, channel: 1 }
#  - id: gate-reader
#    type: chafon
#    port: tcp://192.168.1.21:4001
#    model: uhfreader288
#  - id: hand-reader
#    type: mercury
#    port: /dev/ttyACM1
#    region: eu3
#    readPowerCentiDbm: 2000
#    antennas: [ 1 ]
#  - { id: shelf-reader, type: r2000, port: tcp://192.168.1.22:4001, antennas: [ 1, 2 ] }
#  - id: cargo-wire
#    type: onewire
#    probes: [ { sensorId: cargo-floor, romId: 28-0316a2795cff } ]
#  - id: door-board
#    type: board
#    port: /dev/ttyACM0
#    format: cobs
#    channels:
#      - { channel: 0, sensorId: cargo-roof, quantity: temperature }
#      - { channel: 16, sensorId: side-door, quantity: door }
#  - { id: position, type: nmea, port: /dev/ttyAMA0, baudRate: 9600 }
#  - { id: position-daemon, type: gpsd, port: 'tcp://127.0.0.1:2947' }
#  - { id: rear-door-contact, type: gpio, sensorId: rear-door, line: 17, bias: pull-up }

# The embedded MQTT broker for sensors. Beyond 127.0.0.1 every client needs an entry in users.
mqttIntake:
  listen: { host: 127.0.0.1, port: 1883 }
#  users:
#    - { username: door-probe, passwordFile: ${keysDir}/door-probe.password, sensorTopics: [ sensors/door-probe ] }
#  sensors:
#    - { topic: zigbee2mqtt/fridge, mapping: zigbee2mqtt, temperatureSensorId: fridge, humiditySensorId: fridge-rh }
#    - topic: sensors/door-probe
#      mapping: generic
#      values: [ { sensorId: door-probe, path: '$.temp', unit: celsius } ]
#    - { topic: zigbee2mqtt/curtain, mapping: zigbee2mqtt, doorSensorId: curtain }
#    - { topic: tele/freezer, mapping: tasmota, probes: [ { name: DS18B20, temperatureSensorId: freezer } ] }
#    - { topic: shellyplus1-a8032ab12345, mapping: shelly, probes: [ { channel: 100, temperatureSensorId: roof } ] }
#    - { topic: 'ruuvi/C8:25:2D:8E:9C:2C/CB:B8:33:4C:88:4F', mapping: ruuvi, temperatureSensorId: box }
#    - topic: application/2d7b/device/0101010101010101/event/up
#      mapping: chirpstack
#      values: [ { sensorId: pallet, path: '$.temperature', unit: celsius } ]
#    - { topic: readers/dock, mapping: impinj, readerId: portal }

# Where signed records are published. Every broker has its own place in the log and misses nothing.
publish:
  brokers:
    - { name: local, url: embedded, encoding: json }
#    - name: fleet
#      url: mqtts://broker.example.org:8883
#      username: ${name}
#      passwordFile: ${keysDir}/fleet.password
#      caFile: ${keysDir}/fleet-ca.pem
#      encoding: cbor

# Web pages and API. Beyond this machine it needs a certificate, or a proxy in front that has one, and an administrator.
console:
  listen: { host: 127.0.0.1, port: 8480 }
#  # beyond this machine: listen: { host: 0.0.0.0, port: 8480, tls: { certFile: ${keysDir}/console.pem, keyFile: ${keysDir}/console-key.pem } }
#  publicOrigin: https://${name}.example.org
#  sessions: { idleMinutes: 15, maxHours: 12 }

# How long records are kept. What is not on the ledger, what brokers and integrators have not got, open alerts and shipments
# stay in any case; each deletion is a signed record. Without a time only a nearly full disk makes old readings go.
#retention:
#  readingDays: 400
#  shipmentDays: 1827
#  eventDays: 1827
#  keepFreePercent: 5
#  holdFor: [ mqtt:local ]

# By what each temperature sensor is judged: an alarm profile, or limits in 0.001 degrees Celsius with a delay.
#excursions:
#  - { sensorId: cargo-front, profile: GDP-2-8-default }
#  - { sensorId: cargo-front, lowMilliC: 2000, highMilliC: 8000, delayMs: 900000 }

# Certificates of the probes. What a probe says outside of its certificate's time is never OK.
#calibrations:
#  - { sensorId: cargo-front, serial: '0316a2795cff', certificate: K-2026-0117, calibratedOn: '2026-02-01', dueOn: '2027-01-31', uncertaintyMilliC: 200 }

# What a probe can do, and which probes should say alike: what cannot be is suspect until the next reading confirms it.
#sensorChecks:
#  - { sensorId: cargo-front, siblings: [ cargo-rear ], maxChangeMilliCPerMinute: 1000, maxApartMilliC: 1500 }

# Contacts that tell of open doors and of defrosting: shown beside an excursion, never in place of it.
#contacts:
#  - { sensorId: rear-door, means: door, probes: [ cargo-front ] }

# Anchoring on an EVM ledger. The paying key is not the device key and proves nothing.
#ledger:
#  rpcUrl: http://127.0.0.1:8545
#  # or several, of which two must agree: rpcUrls: [ https://one.example/rpc, https://two.example/rpc, https://three.example/rpc ]
#  chainId: 31337
#  contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3'
#  payerKeyFile: ${keysDir}/payer-key.json
#  payerPassphraseFile: ${keysDir}/payer-passphrase
#  batchIntervalMs: 60000
#  pollIntervalMs: 4000
#  heartbeatIntervalMs: 3600000
#  maxGasPriceGwei: 500
#  maxHeaderCostGwei: 50000000
#  maxDayCostGwei: 1000000000

# fatal, error, warn, info, debug or trace
log: { level: info }
`;
}
