// The rule of EPCIS 2.0 on sensor elements that its schemas cannot state (conformance test TCR-53, step 29): what
// stands for all reports of an element must not stand in one of them as well.

const inlineAttributes = ['time', 'deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod'] as const;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** The attributes that stand twice, in the order of the sensor elements; none for an event that keeps the rule. */
export function repeatedSensorAttributes(event: object): readonly string[] {
  const elements = 'sensorElementList' in event ? listOf(event.sensorElementList) : [];
  return elements.flatMap(({ sensorMetadata, sensorReport }) => {
    if (!isFields(sensorMetadata)) return [];
    const reports = listOf(sensorReport);
    return inlineAttributes.filter(
      (name) => Object.hasOwn(sensorMetadata, name) && reports.some((report) => Object.hasOwn(report, name)),
    );
  });
}
