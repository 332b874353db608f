// The `epcis` section: under which GS1 identifiers the gateway tells what happens to goods as EPCIS 2.0 events, and
// the repository that captures them. What has no GS1 identifier is named by the gateway's own urn:coldgate: form.

import * as z from 'zod';
import { filePath, identifier, integer, isGuardedUrl, list, matching, says, section } from './fields.js';

const urlError = says(
  'an https:// URL without user, password or fragment; http:// only to this machine',
  'url: https://epcis.example/v2/capture',
);

/** A GS1 Digital Link or EPC URN; kept as written. */
const gs1Identifier = (example: string) =>
  matching(
    /^(https:\/\/[A-Za-z0-9.-]{1,253}\/[!-~]{1,200}|urn:epc:id:[!-~]{1,200})$/,
    'a GS1 Digital Link or an EPC URN',
    example,
  );

const uri = (example: string) =>
  matching(/^[A-Za-z][A-Za-z0-9+.-]{0,31}:[!-~]{1,1000}$/, 'a URI, without spaces', example);

const captureExample = 'capture: { url: https://epcis.example/v2/capture, tokenFile: ./keys/epcis-token }';
const probeExample = '- { sensorId: cargo-front, id: https://id.gs1.org/8004/9521141PRB0031 }';
const partyExample = "- { name: 'Example Pharma, Basel', id: https://id.gs1.org/417/9521141001004 }";
const partyNameError = says('1 to 200 characters, as the shipment names the party', partyExample);

/** Relative paths are resolved against `folder`. */
export function epcisSchema(folder: string) {
  const capture = section(
    {
      url: z.string(urlError).max(2_000, urlError).refine(isGuardedUrl, urlError),
      tokenFile: filePath(folder, 'tokenFile: ./keys/epcis-token').exactOptional(),
      caFile: filePath(folder, 'caFile: ./keys/epcis-ca.pem').exactOptional(),
      maxEvents: integer({
        min: 1,
        max: 1_000,
        unit: 'events in one request',
        example: 'maxEvents: 100',
      }).default(100),
      maxKilobytes: integer({
        min: 16,
        max: 4_096,
        unit: 'kB in one request',
        example: 'maxKilobytes: 512',
      }).default(512),
    },
    captureExample,
  );
  const identifiers = section(
    {
      vehicle: gs1Identifier('vehicle: https://id.gs1.org/8004/9521141TRUCK042').exactOptional(),
      probes: list(
        section(
          {
            sensorId: identifier('sensorId: cargo-front'),
            id: gs1Identifier('id: https://id.gs1.org/8004/9521141PRB0031'),
            calibration: uri('calibration: https://example.org/calibration/PRB0031').exactOptional(),
          },
          probeExample,
        ),
        `probes: [ ${probeExample.slice(2)} ]`,
      ).prefault([]),
      parties: list(
        section(
          {
            name: z.string(partyNameError).min(1, partyNameError).max(200, partyNameError),
            id: gs1Identifier('id: https://id.gs1.org/417/9521141001004'),
          },
          partyExample,
        ),
        `parties: [ ${partyExample.slice(2)} ]`,
      ).prefault([]),
    },
    'identifiers: { vehicle: https://id.gs1.org/8004/9521141TRUCK042 }',
  );
  return section(
    {
      windowMinutes: integer({ min: 1, max: 60, unit: 'minutes', example: 'windowMinutes: 15' }).default(15),
      timeZoneOffset: matching(
        /^([+-](0\d|1[0-3]):[0-5]\d|\+14:00|-00:00)$/,
        'an offset from UTC, +hh:mm or -hh:mm',
        "timeZoneOffset: '+01:00'",
      ).default('+00:00'),
      identifiers: identifiers.prefault({}),
      capture: capture.exactOptional(),
    },
    `epcis: { ${captureExample} }`,
  );
}

export type EpcisConfig = z.infer<ReturnType<typeof epcisSchema>>;
