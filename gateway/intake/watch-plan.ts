// Which probe is judged by what: by its shipment's profile while a shipment holds it, else by the configuration.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import { loadAlarmProfile } from '../../config/alarm-profile-load.js';
import { limitsProfile } from '../../config/limits-profile.js';
import type { Config } from '../../config/schema.js';
import { temperatureProbes } from '../../config/sensor-names.js';
import { type Calibration, calibrationDoubt } from '../excursions/calibration.js';
import type { Mark } from '../excursions/probe-fold.js';
import type { WatchTerms } from '../excursions/watch-terms.js';
import type { WatchedSensor } from '../excursions/watched-sensor.js';
import type { ActiveShipment } from '../shipments/active-shipments.js';

/** A sibling speaks for a suspect reading if it says about the same at about the same time. */
const sibling = { nearMilliC: 1_000, maxAgeMs: 300_000 };

function watchedSensor(check: Config['sensorChecks'][number]): WatchedSensor {
  const { sensorId, siblings, maxChangeMilliCPerMinute, toleranceMilliC, maxApartMilliC, apartDelayMs } =
    check;
  const { lowestMilliC = Number.MIN_SAFE_INTEGER, highestMilliC = Number.MAX_SAFE_INTEGER } = check;
  return {
    sensorId,
    siblings,
    rate:
      maxChangeMilliCPerMinute === undefined
        ? undefined
        : { milliCPerMinute: maxChangeMilliCPerMinute, toleranceMilliC },
    disagreement:
      maxApartMilliC === undefined ? undefined : { limitMilliC: maxApartMilliC, delayMs: apartDelayMs },
    rangeMilliC: [lowestMilliC, highestMilliC],
    sibling,
  };
}

export class WatchPlan {
  /** What is known of the probes themselves. */
  readonly watchedSensors: readonly WatchedSensor[];
  readonly #own: readonly { readonly sensorId: string; readonly profile: AlarmProfile }[];
  readonly #calibrations: ReadonlyMap<string, Calibration>;
  readonly #gateway: string;
  readonly #probes: ReadonlySet<string>;
  /** By probe, then by contact. */
  readonly #marks = new Map<string, Map<string, Mark>>();

  /** @throws ConfigError if a profile is not what it was when the configuration was checked */
  constructor(config: Config) {
    const { excursions, calibrations, contacts } = config;
    this.#gateway = config.gateway.name;
    this.watchedSensors = config.sensorChecks.map(watchedSensor);
    this.#probes = new Set(temperatureProbes(config));
    this.#own = excursions.map(({ sensorId, profile, ...limits }) => ({
      sensorId,
      profile: profile === undefined ? limitsProfile(limits) : loadAlarmProfile(profile),
    }));
    this.#calibrations = new Map(calibrations.map((one) => [one.sensorId, one]));
    for (const { sensorId, means, probes } of contacts) {
      for (const probe of probes) {
        const marks = this.#marks.get(probe) ?? new Map<string, Mark>();
        this.#marks.set(probe, marks.set(sensorId, means));
      }
    }
  }

  terms(active: readonly ActiveShipment[]): WatchTerms[] {
    const held = new Set(active.flatMap(({ sensorIds }) => sensorIds));
    const own = this.#own.filter(({ sensorId }) => !held.has(sensorId));
    return [
      ...own.map(({ sensorId, profile }) => this.#term(sensorId, undefined, profile)),
      ...active.flatMap(({ id, profile, sensorIds, budgets }) =>
        sensorIds.map((sensorId) => ({
          ...this.#term(sensorId, id, profile),
          budgets,
          gateway: this.#gateway,
        })),
      ),
    ];
  }

  /** Whether the configuration has a temperature probe of that name. */
  knowsProbe(name: string): boolean {
    return this.#probes.has(name);
  }

  /** What an open contact means at a probe; undefined: nothing. */
  markOf(probeId: string, contactId: string): Mark | undefined {
    return this.#marks.get(probeId)?.get(contactId);
  }

  /** Whether a probe's certificate speaks for that moment; without one nothing is known. */
  calibrationDoubt(sensorId: string, observedAtMs: number): 'calibration-expired' | undefined {
    const calibration = this.#calibrations.get(sensorId);
    return calibration && calibrationDoubt(calibration, observedAtMs);
  }

  #term(sensorId: string, shipment: string | undefined, profile: AlarmProfile): WatchTerms {
    return {
      sensorId,
      shipment,
      profile,
      uncertaintyMilliC: this.#calibrations.get(sensorId)?.uncertaintyMilliC,
    };
  }
}
