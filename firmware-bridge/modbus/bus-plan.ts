// Which units a bus has and who reads what from them: the configured probes, grouped by unit and checked.

import { BridgeError } from '../bridge-error.js';
import type { ReadRequest } from './frame.js';
import { type ModbusProfile, type ModbusProfileName, modbusProfile } from './profiles.js';

export interface ProbeConfig {
  readonly sensorId: string;
  /** 1..247. */
  readonly unit: number;
  readonly profile: ModbusProfileName;
  /** 1-based; needed where the model has several, absent or 1 elsewhere. */
  readonly channel?: number | undefined;
  /** Where the humidity goes; absent, it is not told. */
  readonly humiditySensorId?: string | undefined;
}

interface Tap {
  readonly sensorId: string;
  readonly channel: number;
  readonly humiditySensorId: string | undefined;
}

export interface BusUnit {
  readonly profile: ModbusProfile;
  readonly profileName: ModbusProfileName;
  /** The question for its readings. Each other question to the unit differs in function or quantity. */
  readonly request: ReadRequest;
  readonly taps: Tap[];
}

/** Every sensor that the unit feeds. */
export function sensorIdsOf({ taps }: BusUnit): ReadonlySet<string> {
  return new Set(taps.flatMap(({ sensorId, humiditySensorId }) => [sensorId, humiditySensorId ?? sensorId]));
}

/** Throws BridgeError BUS_CONFIG for a unit, channel, profile or sensor that does not fit. */
export function planBus(busId: string, probes: readonly ProbeConfig[]): BusUnit[] {
  if (probes.length === 0) throw planError(`${busId}: no probes`, 'Configure at least one probe.');
  const units = new Map<number, BusUnit>();
  for (const probe of probes) {
    const unit = units.get(probe.unit) ?? newUnit(busId, probe);
    units.set(probe.unit, unit);
    addTap(busId, unit, probe);
  }
  return [...units.values()];
}

function newUnit(busId: string, { sensorId, unit, profile: profileName }: ProbeConfig): BusUnit {
  if (!Number.isInteger(unit) || unit < 1 || unit > 247) {
    throw planError(`${busId}: ${sensorId} has unit ${unit}`, 'A Modbus unit is 1 to 247.');
  }
  const profile = modbusProfile(profileName);
  const { functionCode, start, quantity } = profile;
  return { profile, profileName, request: { unit, functionCode, start, quantity }, taps: [] };
}

function addTap(busId: string, unit: BusUnit, probe: ProbeConfig): void {
  const { sensorId, humiditySensorId, profile: profileName } = probe;
  const { channels } = unit.profile;
  if (profileName !== unit.profileName) {
    throw planError(
      `${busId}: unit ${probe.unit} is both ${unit.profileName} and ${profileName}`,
      'One unit has one profile.',
    );
  }
  if (probe.channel === undefined && channels > 1) {
    throw planError(`${busId}: ${sensorId} has no channel`, `${profileName} has channels 1 to ${channels}.`);
  }
  const channel = probe.channel ?? 1;
  if (!Number.isInteger(channel) || channel < 1 || channel > channels) {
    throw planError(`${busId}: ${sensorId} has channel ${channel}`, `Use 1 to ${channels}.`);
  }
  if (unit.taps.some((tap) => tap.channel === channel)) {
    throw planError(
      `${busId}: unit ${probe.unit} channel ${channel} is used twice`,
      'Give each probe its own.',
    );
  }
  if (humiditySensorId !== undefined && unit.profile.humidity === undefined) {
    throw planError(`${busId}: ${sensorId} asks for humidity`, `${profileName} has none.`);
  }
  unit.taps.push({ sensorId, channel, humiditySensorId });
}

function planError(message: string, hint: string): BridgeError {
  return new BridgeError('BUS_CONFIG', message, hint);
}
