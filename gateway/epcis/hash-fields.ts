// Which fields of an event are hashed, and in which order (CBV 2.0 section 8.9.2): that of the reference implementation.

import {
  bizSteps,
  bizTransactionTypes,
  components,
  dispositions,
  measurementTypes,
  sensorExceptions,
  sourceDestinationTypes,
} from './cbv-words.js';

export interface HashField {
  readonly name: string;
  /** Moments are brought to UTC. */
  readonly isTime?: true;
  /** Text as it is. */
  readonly isRaw?: true;
  readonly words?: ReadonlyMap<string, string>;
  /** What each entry of a list is called; '' where the list's name is enough. */
  readonly entry?: string;
  readonly fields?: readonly HashField[];
}

const leaves = (...names: readonly string[]): HashField[] => names.map((name) => ({ name }));
const time = (name: string): HashField => ({ name, isTime: true });
const epcs = (name: string): HashField => ({ name, entry: 'epc' });
const quantities = (name: string): HashField => ({
  name,
  entry: 'quantityElement',
  fields: leaves('epcClass', 'quantity', 'uom'),
});
const typed = (name: string, value: string, words: ReadonlyMap<string, string>): HashField => ({
  name,
  entry: '',
  fields: [{ name: 'type', words }, { name: value }],
});

const sensorElement: readonly HashField[] = [
  {
    name: 'sensorMetadata',
    fields: [
      ...['time', 'startTime', 'endTime'].map(time),
      ...leaves('deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod', 'bizRules'),
    ],
  },
  {
    name: 'sensorReport',
    entry: 'sensorReport',
    fields: [
      { name: 'type', words: measurementTypes },
      { name: 'exception', words: sensorExceptions },
      ...leaves('deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod'),
      time('time'),
      ...leaves('microorganism', 'chemicalSubstance', 'value'),
      { name: 'component', words: components },
      ...leaves(
        'stringValue',
        'booleanValue',
        'hexBinaryValue',
        'uriValue',
        'minValue',
        'maxValue',
        'meanValue',
      ),
      ...leaves('sDev', 'percRank', 'percValue', 'uom', 'coordinateReferenceSystem'),
    ],
  },
];

export const eventFields: readonly HashField[] = [
  time('eventTime'),
  { name: 'eventTimeZoneOffset', isRaw: true },
  ...leaves('certificationInfo', 'parentID'),
  ...['epcList', 'inputEPCList', 'childEPCs'].map(epcs),
  ...['quantityList', 'childQuantityList', 'inputQuantityList'].map(quantities),
  epcs('outputEPCList'),
  quantities('outputQuantityList'),
  ...leaves('action', 'transformationID'),
  { name: 'bizStep', words: bizSteps },
  { name: 'disposition', words: dispositions },
  {
    name: 'persistentDisposition',
    fields: [
      { name: 'set', words: dispositions },
      { name: 'unset', words: dispositions },
    ],
  },
  { name: 'readPoint', fields: leaves('id') },
  { name: 'bizLocation', fields: leaves('id') },
  typed('bizTransactionList', 'bizTransaction', bizTransactionTypes),
  typed('destinationList', 'destination', sourceDestinationTypes),
  typed('sourceList', 'source', sourceDestinationTypes),
  { name: 'sensorElementList', entry: 'sensorElement', fields: sensorElement },
  { name: 'ilmd', fields: [] },
];
