// All that leaves firmware-bridge: one observation per thing that a device said, or failed to say.
// Plain values in integers with the unit in the name; no keys, no sequence numbers, no storage.

/** When the bytes arrived, on both clocks. The monotonic one decides order and durations. */
export interface Arrival {
  /** Unix time in ms as the system clock stood. May be wrong, may step. */
  readonly unixMs: number;
  /** Ms since the machine started, sleep included. Never steps back. */
  readonly uptimeMs: number;
}

/** The two clocks; a fake one in tests. */
export interface Clock {
  now(): Arrival;
}

/**
 * How far a number may be trusted. `good` is the only one that a judge may count as a reading.
 * The others still become records: a fault is a value, never an absence.
 */
export type Quality =
  | 'good'
  | 'suspect-rate'
  | 'stale'
  | 'calibration-expired'
  | 'probe-open'
  | 'probe-short'
  | 'probe-fault'
  | 'out-of-range'
  | 'power-on-value';

export interface TemperatureObservation {
  readonly kind: 'temperature';
  /** The configured sensor id, /^[A-Za-z0-9_-]{1,64}$/. */
  readonly sensorId: string;
  readonly at: Arrival;
  /** Milli-degrees Celsius; 0 where quality says that there is no number. */
  readonly temperatureMilliC: number;
  readonly quality: Quality;
  /** When the sensor itself says that it measured, Unix ms of its own clock; absent where it does not say. */
  readonly measuredUnixMs?: number | undefined;
}

export interface HumidityObservation {
  readonly kind: 'humidity';
  readonly sensorId: string;
  readonly at: Arrival;
  /** Relative humidity in thousandths of a percent, 0..100000. */
  readonly humidityMilliPercent: number;
  readonly quality: Quality;
  /** As for temperatures. */
  readonly measuredUnixMs?: number | undefined;
}

/** Where a GNSS receiver says that the truck is. Told only with a valid fix. */
export interface PositionObservation {
  readonly kind: 'position';
  /** The configured receiver id. */
  readonly sensorId: string;
  readonly at: Arrival;
  /** WGS 84, 1e-7 degrees, -900000000..900000000; north is positive. */
  readonly latitudeDegE7: number;
  /** WGS 84, 1e-7 degrees, -1800000000..1800000000; east is positive. */
  readonly longitudeDegE7: number;
  /** Over ground, in mm/s; absent where the receiver did not say. */
  readonly speedMmPerS?: number | undefined;
  readonly satellites?: number | undefined;
  /** Horizontal dilution of precision in hundredths. */
  readonly hdopCenti?: number | undefined;
  /** The receiver's own UTC time of the fix, Unix ms. */
  readonly fixUnixMs?: number | undefined;
}

/** A clock other than the system's: what it said when the bytes arrived. */
export interface TimeObservation {
  readonly kind: 'time';
  /** The configured receiver id. */
  readonly sensorId: string;
  readonly at: Arrival;
  /** Unix ms as the source has it. */
  readonly sourceUnixMs: number;
}

export interface DoorObservation {
  readonly kind: 'door';
  readonly sensorId: string;
  readonly at: Arrival;
  /** false where quality says that the contact cannot be read. */
  readonly isOpen: boolean;
  readonly quality: Quality;
}

/**
 * The correction that a transmitter adds to what it measures, as its own register says. One frame changes it,
 * and with it every later reading: the cheapest tamper on a bus.
 */
export interface CalibrationOffset {
  readonly kind: 'calibration-offset';
  readonly sensorId: string;
  readonly at: Arrival;
  readonly quantity: 'temperature' | 'humidity';
  /** Register address, 0..65535. */
  readonly register: number;
  /** Milli-degrees Celsius, or thousandths of a percent. */
  readonly offsetMilli: number;
}

/** What a chip answered when it was asked to prove itself. Readers only carry it: who holds the chip's key judges it. */
export interface ChipProof {
  /**
   * aes-128: TAM1 of ISO/IEC 29167-10, judged by whoever has the key. impinj: Impinj Authenticity (ISO/IEC 29167-11,
   * PRESENT-80), whose keys the maker keeps.
   */
  readonly suite: 'aes-128' | 'impinj';
  /** As the chip was sent it, lower-case hex. */
  readonly challenge: string;
  /** Lower-case hex; empty where the chip gave none. */
  readonly response: string;
  /** Nobody has recorded the answer to a challenge that the gateway has just made; a reader's is as fresh as the reader says. */
  readonly challengedBy: 'gateway' | 'reader';
  /** Words 1, 3, 4 and 5 of the TID, lower-case hex, where the suite tells them with the answer. */
  readonly shortTid?: string | undefined;
}

/** Sightings of one tag by one reader, merged over a window. */
export interface TagSighting {
  readonly kind: 'tag-sighting';
  readonly readerId: string;
  /** When the first of the merged sightings arrived. */
  readonly at: Arrival;
  /** The EPC as read, lower-case hex. */
  readonly epc: string;
  /** Protocol-control word, lower-case hex, four digits; absent where the reader does not tell it. */
  readonly pc: string | undefined;
  /** TID bank of the chip as far as it was read, lower-case hex; absent where the reader does not read it. */
  readonly tid?: string | undefined;
  /** What the chip answered to a challenge; absent where nobody challenged it. */
  readonly proof?: ChipProof | undefined;
  /** From 1 on, as LLRP counts. */
  readonly antenna: number;
  readonly lastSeenUptimeMs: number;
  readonly count: number;
  /** Absent where the reader tells no signal strength. */
  readonly bestRssiDbm: number | undefined;
}

/** What a device or its port went through: a state with its reason, never an exception. */
export interface DeviceCondition {
  readonly kind: 'device-condition';
  /** The configured port, reader or sensor id. */
  readonly deviceId: string;
  readonly at: Arrival;
  readonly condition:
    | 'absent'
    | 'opening'
    | 'settling'
    | 'identifying'
    | 'ready'
    | 'silent'
    | 'faulted'
    | 'device-changed'
    | 'probe-unreachable'
    | 'probe-reachable'
    | 'calibration-changed'
    | 'device-reset'
    | 'frames-lost'
    | 'channel-unconfigured'
    | 'position-lost'
    | 'position-found';
  /** One line for a person: what was seen. */
  readonly reason: string;
}

export type Observation =
  | TemperatureObservation
  | HumidityObservation
  | TagSighting
  | PositionObservation
  | TimeObservation
  | DoorObservation
  | CalibrationOffset
  | DeviceCondition;

/** Where observations go. Synchronous and cheap: a full store stretches windows, never a port. */
export type ObservationSink = (observation: Observation) => void;
