// What a technician's tools know of NMEA 0183: the bytes of a line, and what its sentence means.

import type { Explanation, WireProtocol } from '../wire-protocol.js';
import { decodeGga } from './gga.js';
import { decodeRmc } from './rmc.js';
import { maxSentenceBytes, type NmeaSentence, nmeaChecksum, trySentence } from './sentence.js';

export const nmeaProtocol: WireProtocol<NmeaSentence> = {
  name: 'nmea',
  title: 'NMEA 0183: GNSS receivers (GPS, GLONASS, Galileo, BeiDou)',
  tryFrame: trySentence,
  maxFrameBytes: maxSentenceBytes,
  explain,
  refusal,
  question: {
    baudRates: [9600, 4800, 115_200, 38_400],
    requests: [],
    identity: ({ start, talker }) => (start === '$' ? `NMEA 0183 talker ${talker}` : undefined),
  },
};

function explain(sentence: NmeaSentence): Explanation {
  const { start, talker, type, fields } = sentence;
  const address = { start, talker, type };
  if (start === '$' && type === 'RMC') return explainRmc(sentence, address);
  if (start === '$' && type === 'GGA') return explainGga(sentence, address);
  const what = talker === 'P' ? `a maker's own sentence ${type}` : `${type} of talker ${talker}`;
  return { text: `${what}: ${fields.join(', ')}`, fields: { ...address, values: fields } };
}

type Address = Explanation['fields'];

function explainRmc(sentence: NmeaSentence, address: Address): Explanation {
  const rmc = decodeRmc(sentence);
  const from = `RMC of talker ${sentence.talker}`;
  if (rmc === undefined) return unreadable(from, sentence, address);
  if (!rmc.isValid) {
    return {
      text: `${from}: no fix, ${rmc.reason}`,
      fields: { ...address, isValid: false, reason: rmc.reason },
    };
  }
  const { position, unixMs, speedMmPerS, isLeapSecond } = rmc;
  const speed = speedMmPerS === undefined ? '' : `, ${speedMmPerS} mm/s`;
  return {
    text: `${from}: ${place(position)}${speed}, ${new Date(unixMs).toISOString()}`,
    fields: {
      ...address,
      isValid: true,
      ...position,
      speedMmPerS: speedMmPerS ?? null,
      unixMs,
      isLeapSecond,
    },
  };
}

function explainGga(sentence: NmeaSentence, address: Address): Explanation {
  const gga = decodeGga(sentence);
  const from = `GGA of talker ${sentence.talker}`;
  if (gga === undefined) return unreadable(from, sentence, address);
  if (!gga.isValid) {
    return {
      text: `${from}: no fix, ${gga.reason}`,
      fields: { ...address, isValid: false, reason: gga.reason },
    };
  }
  const { position, satellites, hdopCenti, timeOfDayMs } = gga;
  const seen = satellites === undefined ? '' : `, ${satellites} satellites`;
  const dilution = hdopCenti === undefined ? '' : `, HDOP ${hdopCenti / 100}`;
  return {
    text: `${from}: ${place(position)}${seen}${dilution}`,
    fields: {
      ...address,
      isValid: true,
      ...position,
      satellites: satellites ?? null,
      hdopCenti: hdopCenti ?? null,
      timeOfDayMs,
    },
  };
}

function unreadable(from: string, { fields }: NmeaSentence, address: Address): Explanation {
  return {
    text: `${from}: its checksum is right and its fields are not of their form: ${fields.join(', ')}`,
    fields: { ...address, isValid: false, values: fields },
  };
}

function place({ latitudeDegE7, longitudeDegE7 }: { latitudeDegE7: number; longitudeDegE7: number }): string {
  return `latitude ${latitudeDegE7} and longitude ${longitudeDegE7} (1e-7 degrees)`;
}

function refusal(bytes: Uint8Array): string {
  const [first = 0] = bytes;
  if (bytes.length === 0) return 'no bytes';
  if (first !== 0x24 && first !== 0x21) return `starts with ${hexByte(first)}, not with $ or !`;
  if (bytes.length > maxSentenceBytes)
    return `${bytes.length} bytes, at most ${maxSentenceBytes} are one sentence`;
  const line = String.fromCharCode(...bytes);
  const strange = bytes.find((byte, at) => (byte < 0x20 && at < line.trimEnd().length) || byte > 0x7e);
  if (strange !== undefined) return `byte ${hexByte(strange)} is no printable character`;
  const match = /^.([^*]*)(?:\*(.{0,2})(.*))?$/.exec(line.trimEnd());
  const [, body = '', digits, rest = ''] = match ?? [];
  if (digits === undefined) return 'no * and checksum';
  if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return `checksum "${digits}" is not two hex digits`;
  const sum = nmeaChecksum(body);
  if (Number.parseInt(digits, 16) !== sum)
    return `checksum is ${digits.toLowerCase()}, should be ${hexByte(sum)}`;
  if (rest !== '') return `${rest.length} characters follow the checksum`;
  if (!/[\r\n]/.test(line)) return 'no line end after the checksum';
  if (/\r$/.test(line)) return 'ends after the carriage return, a line feed should follow';
  return `"${body.split(',')[0]}" is no talker and sentence type`;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
