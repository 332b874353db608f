// The sections that judging needs: by what each probe is judged, its calibration certificate, and the contacts that
// tell of open doors and defrosting.

import { resolve } from 'node:path';
import * as z from 'zod';
import { defaults } from './defaults.js';
import { filePath, identifier, integer, list, matching, oneOf, says, section } from './fields.js';
import { contactMeanings } from './names.js';

/** A probe in a lorry never reads outside this; a limit outside it is a slip of the unit (8 for 8000). */
const temperatureLimit = (example: string) =>
  integer({ min: -200_000, max: 200_000, unit: '0.001 degrees Celsius', example });

/** A name, or a file of one's own beside the configuration. */
function profile(folder: string) {
  const error = says('a name that `coldgate profiles list` shows, or a file', 'profile: GDP-2-8-default');
  return z
    .string(error)
    .min(1, error)
    .max(1_024, error)
    .refine((text) => !text.includes('\0'), error)
    .transform((text) => (/[/\\]|\.(ya?ml|json)$/i.test(text) ? resolve(folder, text) : text));
}

export function excursionSchema(folder: string) {
  return section(
    {
      sensorId: identifier('sensorId: cargo-front'),
      profile: profile(folder).exactOptional(),
      lowMilliC: temperatureLimit('lowMilliC: 2000   # 2 degrees Celsius').exactOptional(),
      highMilliC: temperatureLimit('highMilliC: 8000   # 8 degrees Celsius').exactOptional(),
      delayMs: integer({
        min: 0,
        max: 604_800_000,
        unit: 'milliseconds',
        example: 'delayMs: 900000   # 15 minutes',
      }).default(defaults.excursion.delayMs),
      maxGapMs: integer({
        min: 1_000,
        max: 86_400_000,
        unit: 'milliseconds',
        example: 'maxGapMs: 600000   # 10 minutes',
      }).default(defaults.excursion.maxGapMs),
    },
    '- { sensorId: cargo-front, profile: GDP-2-8-default }',
  );
}

const day = (example: string) => matching(/^\d{4}-\d{2}-\d{2}$/, 'a day, YYYY-MM-DD', example);
const shortText = (allowed: string, example: string) =>
  matching(/^[\x20-\x7e]{1,64}$/, `${allowed}, 1 to 64 printable ASCII characters`, example);

const calibration = (folder: string) =>
  section(
    {
      sensorId: identifier('sensorId: cargo-front'),
      serial: shortText('the serial number on the probe', 'serial: "0316a2795cff"'),
      certificate: shortText('the number of the certificate', 'certificate: K-2026-0117'),
      calibratedOn: day('calibratedOn: 2026-02-01'),
      dueOn: day('dueOn: 2027-01-31'),
      uncertaintyMilliC: integer({
        min: 0,
        max: 10_000,
        unit: '0.001 degrees Celsius, k = 2',
        example: 'uncertaintyMilliC: 200',
      }),
      certificateFile: filePath(folder, 'certificateFile: ./certificates/K-2026-0117.pdf').exactOptional(),
    },
    '- { sensorId: cargo-front, serial: "0316a2795cff", certificate: K-2026-0117, calibratedOn: 2026-02-01, dueOn: 2027-01-31, uncertaintyMilliC: 200 }',
  );

const checkExample = '- { sensorId: cargo-front, siblings: [ cargo-rear ], maxChangeMilliCPerMinute: 1000 }';
const milliC = (key: string, value: number) =>
  integer({ min: 1, max: 200_000, unit: '0.001 degrees Celsius', example: `${key}: ${value}` });

const sensorCheck = section(
  {
    sensorId: identifier('sensorId: cargo-front'),
    siblings: list(identifier('siblings: [ cargo-rear ]'), 'siblings: [ cargo-rear ]').prefault([]),
    maxChangeMilliCPerMinute: milliC('maxChangeMilliCPerMinute', 1_000).exactOptional(),
    toleranceMilliC: milliC('toleranceMilliC', 500).default(defaults.sensorCheck.toleranceMilliC),
    maxApartMilliC: milliC('maxApartMilliC', 1_500).exactOptional(),
    apartDelayMs: integer({
      min: 0,
      max: 86_400_000,
      unit: 'milliseconds',
      example: 'apartDelayMs: 600000   # 10 minutes',
    }).default(defaults.sensorCheck.apartDelayMs),
    lowestMilliC: temperatureLimit('lowestMilliC: -55000').exactOptional(),
    highestMilliC: temperatureLimit('highestMilliC: 125000').exactOptional(),
  },
  checkExample,
);

export const sensorChecksSchema = list(sensorCheck, 'sensorChecks: []');

export const calibrationsSchema = (folder: string) => list(calibration(folder), 'calibrations: []');

const contactExample = '- { sensorId: rear-door, means: door, probes: [ cargo-front ] }';

const contact = section(
  {
    sensorId: identifier('sensorId: rear-door'),
    means: oneOf(contactMeanings, 'means: door'),
    probes: list(identifier('probes: [ cargo-front ]'), 'probes: [ cargo-front ]').min(
      1,
      says('at least one probe', contactExample),
    ),
  },
  contactExample,
);

export const contactsSchema = list(contact, 'contacts: []');
