// Judges events as a stranger would: by the JSON schema that GS1 publishes, and by the rule of TCR-53 in words of its
// own. Built from the files of the standard only.

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

export interface VectorFile {
  readonly context: unknown;
  readonly vectors: readonly {
    readonly name: string;
    readonly event: Record<string, unknown>;
    readonly eventHash: string;
  }[];
}

const vectorUrl = (name: string) => new URL(`../../vectors/epcis/${name}`, import.meta.url);
export const readVector = (name: string): unknown => JSON.parse(readFileSync(vectorUrl(name), 'utf8'));

/** The schema of the standard does not compile in the strict mode of ajv. */
export function looseAjv(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv;
}

const validate = looseAjv().compile(readVector('EPCIS-JSON-Schema.json') as object);

/** What the published schema says against a document; none for a valid one. */
export function schemaProblems(document: unknown): readonly string[] {
  if (validate(JSON.parse(JSON.stringify(document)))) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** TCR-53, step 29, on the JSON text: an inline attribute on both levels of one sensor element. */
export function breaksTcr53(event: unknown): boolean {
  const { sensorElementList = [] } = event as {
    sensorElementList?: { sensorMetadata?: object; sensorReport: object[] }[];
  };
  return sensorElementList.some(({ sensorMetadata = {}, sensorReport }) =>
    ['dataProcessingMethod', 'deviceID', 'deviceMetadata', 'rawData', 'time'].some(
      (name) => name in sensorMetadata && sensorReport.some((report) => name in report),
    ),
  );
}
