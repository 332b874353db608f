// The Bluetooth advertisement of a RuuviTag: data formats 5 (RAWv2) and 3 (RAWv1) behind Ruuvi's company id 0499.
// Source: docs.ruuvi.com, communication, bluetooth-advertisements. All integers: 0.005 degC and 0.0025 % are
// 5 milli-degC and 2.5 milli-percent.

export interface RuuviMeasurement {
  /** Milli-degC; undefined where the tag says that it has none. */
  readonly temperatureMilliC: number | undefined;
  /** Thousandths of a percent; may be above 100000, which no air has. */
  readonly humidityMilliPercent: number | undefined;
  /** 0..65534; format 3 has none. */
  readonly sequence: number | undefined;
  /** Twelve lower-case hex digits; format 3 has none, and a tag may say that it has none. */
  readonly mac: string | undefined;
}

const manufacturerData = 0xff;
const companyId = 0x0499;
const noMac = 'ffffffffffff';
const format5Bytes = 24;
const format3Bytes = 14;
/** A Bluetooth advertisement has 31 bytes, an extended one 255. */
const maxHexDigits = 510;

/** The measurement in an advertisement's hex, or why there is none. Never throws. */
export function readRuuviAdvertisement(hex: string): RuuviMeasurement | string {
  if (hex.length > maxHexDigits || !/^(?:[0-9a-fA-F]{2})+$/.test(hex)) return 'data is no hex';
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const data = manufacturerDataOf(bytes);
  if (data === undefined) return 'the advertisement is not from Ruuvi';
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (data[0] === 5 && data.length === format5Bytes) return format5(view, data);
  if (data[0] === 3 && data.length === format3Bytes) return format3(view, data);
  return `data format ${data[0] ?? 'unknown'} with ${data.length} bytes is not read`;
}

/** What follows 0499 in the structure of type FF: length, type, data, one after the other. */
function manufacturerDataOf(bytes: Uint8Array): Uint8Array | undefined {
  let at = 0;
  while (at + 1 < bytes.length) {
    const length = bytes[at] ?? 0;
    const structure = bytes.subarray(at + 1, at + 1 + length);
    if (length === 0 || structure.length < length) return undefined;
    const company = (structure[1] ?? 0) | ((structure[2] ?? 0) << 8);
    if (structure[0] === manufacturerData && company === companyId) return structure.subarray(3);
    at += 1 + length;
  }
  return undefined;
}

function format5(view: DataView, data: Uint8Array): RuuviMeasurement {
  const temperature = view.getInt16(1);
  const humidity = view.getUint16(3);
  const sequence = view.getUint16(16);
  const mac = [...data.subarray(18)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    temperatureMilliC: temperature === -0x8000 ? undefined : temperature * 5,
    // 2.5 per step: half a step is rounded away from zero.
    humidityMilliPercent: humidity === 0xffff ? undefined : Math.floor((humidity * 5 + 1) / 2),
    sequence: sequence === 0xffff ? undefined : sequence,
    mac: mac === noMac ? undefined : mac,
  };
}

/**
 * Sign and magnitude: the top bit is the sign, hundredths follow in a byte of their own. There is no code for a
 * missing value, a tag sends 0; dry air at 0 degC and at the lowest pressure that it can tell is no measurement.
 */
function format3(view: DataView, data: Uint8Array): RuuviMeasurement {
  const whole = view.getUint8(2);
  const hundredths = view.getUint8(3);
  const isMissing = data.subarray(1, 6).every((byte) => byte === 0);
  const magnitude = (whole & 0x7f) * 1000 + hundredths * 10;
  return {
    temperatureMilliC: isMissing || hundredths > 99 ? undefined : whole >= 0x80 ? -magnitude : magnitude,
    humidityMilliPercent: isMissing ? undefined : view.getUint8(1) * 500,
    sequence: undefined,
    mac: undefined,
  };
}
