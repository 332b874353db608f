// The reports of gpsd that matter here, as integers: VERSION, TPV (time, position, velocity) and SKY.
// Follows gpsd_json(5), protocol 3. Numbers are read from their digits in the line, not from binary fractions.

import { scaledDecimal } from '../position/decimal-digits.js';

export interface TpvFix {
  readonly latitudeDegE7: number;
  readonly longitudeDegE7: number;
  readonly speedMmPerS: number | undefined;
  /** UTC of the fix as gpsd has it. */
  readonly unixMs: number | undefined;
}

export type GpsdReport =
  | { readonly kind: 'version'; readonly release: string; readonly protocolMajor: number }
  | { readonly kind: 'tpv'; readonly fix: TpvFix }
  | { readonly kind: 'tpv'; readonly fix: undefined; readonly reason: string }
  | { readonly kind: 'sky'; readonly satellites: number | undefined; readonly hdopCenti: number | undefined }
  /** DEVICES, WATCH, TOFF and whatever a later gpsd adds. */
  | { readonly kind: 'other' };

type Members = Readonly<Record<string, unknown>>;

/** Modes of TPV: 2 has a place, 3 a height as well. */
const modeWithPlace = 2;
/** TPV status: 5 is dead reckoning, 7 a surveyed clock, 8 a simulator. None of them is a measured place. */
const unmeasuredStatus: readonly unknown[] = [5, 7, 8];
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const [maxLatitudeDegE7, maxLongitudeDegE7] = [900_000_000, 1_800_000_000];

/** undefined for what is no report: not an object with a class, or a member that is not what the protocol says. */
export function decodeReport(line: string): GpsdReport | undefined {
  const members = parsedObject(line);
  switch (members?.class) {
    case 'VERSION':
      return decodeVersion(members);
    case 'TPV':
      return decodeTpv(members, line);
    case 'SKY':
      return decodeSky(members, line);
    default:
      return typeof members?.class === 'string' ? { kind: 'other' } : undefined;
  }
}

function parsedObject(line: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Members) : undefined;
  } catch {
    // Anything may come over a network; what is no JSON is counted by the framing.
    return undefined;
  }
}

function decodeVersion({ release, proto_major }: Members): GpsdReport | undefined {
  if (typeof release !== 'string' || !Number.isInteger(proto_major)) return undefined;
  const printable = release.slice(0, 32).replace(/[^\x20-\x7e]/g, '?');
  return { kind: 'version', release: printable, protocolMajor: proto_major as number };
}

function decodeTpv(members: Members, line: string): GpsdReport | undefined {
  const { mode, status, time } = members;
  if (typeof mode !== 'number' || ![0, 1, 2, 3].includes(mode)) return undefined;
  if (mode < modeWithPlace) return { kind: 'tpv', fix: undefined, reason: `mode ${mode} (no fix)` };
  if (unmeasuredStatus.includes(status)) {
    return { kind: 'tpv', fix: undefined, reason: `status ${String(status)} (not measured)` };
  }
  const latitudeDegE7 = scaledMember(members, line, 'lat', 7);
  const longitudeDegE7 = scaledMember(members, line, 'lon', 7);
  const speedMmPerS = scaledMember(members, line, 'speed', 3);
  const unixMs = time === undefined ? undefined : unixMsOf(time);
  const isOnEarth =
    typeof latitudeDegE7 === 'number' &&
    typeof longitudeDegE7 === 'number' &&
    Math.abs(latitudeDegE7) <= maxLatitudeDegE7 &&
    Math.abs(longitudeDegE7) <= maxLongitudeDegE7;
  if (!isOnEarth || speedMmPerS === 'wrong' || unixMs === 'wrong') return undefined;
  if (speedMmPerS !== undefined && speedMmPerS < 0) return undefined;
  return { kind: 'tpv', fix: { latitudeDegE7, longitudeDegE7, speedMmPerS, unixMs } };
}

function decodeSky(members: Members, line: string): GpsdReport | undefined {
  const hdopCenti = scaledMember(members, line, 'hdop', 2);
  const satellites = usedSatellites(members);
  if (hdopCenti === 'wrong' || satellites === 'wrong' || (hdopCenti ?? 0) < 0) return undefined;
  return { kind: 'sky', satellites, hdopCenti };
}

/** From 3.22 on gpsd tells their number; before, each satellite says whether it is used. */
function usedSatellites({ uSat, satellites }: Members): number | undefined | 'wrong' {
  if (uSat !== undefined) return typeof uSat === 'number' && isCount(uSat) ? uSat : 'wrong';
  if (satellites === undefined) return undefined;
  if (!Array.isArray(satellites)) return 'wrong';
  return satellites.filter((satellite: unknown) => (satellite as Members | null)?.used === true).length;
}

/**
 * A top-level number times 10^places from its digits. The name stands once in the line, and with the value that the
 * parsed object has: so these are the digits of that member and of no other. In a text of JSON a quote is escaped.
 */
function scaledMember(
  members: Members,
  line: string,
  name: string,
  places: number,
): number | undefined | 'wrong' {
  const value = members[name];
  if (value === undefined) return undefined;
  const found = [...line.matchAll(new RegExp(`"${name}"\\s*:\\s*([^\\s,}]*)`, 'g'))];
  const digits = found[0]?.[1] ?? '';
  if (found.length !== 1 || Number(digits) !== value) return 'wrong';
  return scaledDecimal(digits, places) ?? 'wrong';
}

function unixMsOf(time: unknown): number | 'wrong' {
  if (typeof time !== 'string' || !timeForm.test(time)) return 'wrong';
  const unixMs = Date.parse(time);
  return Number.isFinite(unixMs) ? Math.floor(unixMs) : 'wrong';
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 1000;
}
