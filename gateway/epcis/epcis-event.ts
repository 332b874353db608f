// The EPCIS 2.0 events that a gateway emits, as their JSON has them. Only the fields that the builders here set.

/** UTC with exactly three decimals and Z: other spellings of a moment give another hash in some programs. */
export type EpcisTime = string;

interface SensorMetadata {
  readonly time?: EpcisTime;
  readonly startTime?: EpcisTime;
  readonly endTime?: EpcisTime;
  readonly deviceID?: string;
  readonly deviceMetadata?: string;
  /** The signed records that it was made from. */
  readonly rawData?: string;
  readonly dataProcessingMethod?: string;
  /** The alarm profile with its version. */
  readonly bizRules?: string;
}

export interface SensorReport {
  readonly type: 'Temperature';
  readonly exception?: 'ALARM_CONDITION' | 'ERROR_CONDITION';
  readonly value?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly meanValue?: number;
  readonly sDev?: number;
  readonly uriValue?: string;
  /** UN/CEFACT code of degrees Celsius. */
  readonly uom?: 'CEL';
}

export interface SensorElement {
  readonly sensorMetadata?: SensorMetadata;
  readonly sensorReport: readonly SensorReport[];
}

export interface BizTransaction {
  readonly type: 'desadv' | 'bol' | 'testres';
  readonly bizTransaction: string;
}

interface ErrorDeclaration {
  readonly declarationTime: EpcisTime;
  readonly reason: 'did_not_occur' | 'incorrect_data';
  readonly correctiveEventIDs?: readonly string[];
}

/** Fields of the gateway's own namespace; never a text that reads as a number, which some hashers rewrite. */
export type Extensions = { readonly [name: `coldgate:${string}`]: string };

export interface EventBody extends Extensions {
  readonly eventTime: EpcisTime;
  readonly eventTimeZoneOffset: string;
  readonly action: 'ADD' | 'OBSERVE' | 'DELETE';
  readonly bizStep: string;
  readonly disposition?: string;
  readonly persistentDisposition?: { readonly set: readonly string[] };
  readonly readPoint?: { readonly id: string };
  readonly bizLocation?: { readonly id: string };
  readonly bizTransactionList?: readonly BizTransaction[];
  readonly sourceList?: readonly { readonly type: 'possessing_party'; readonly source: string }[];
  readonly destinationList?: readonly { readonly type: 'possessing_party'; readonly destination: string }[];
  readonly sensorElementList?: readonly SensorElement[];
  readonly errorDeclaration?: ErrorDeclaration;
}

interface ObjectEvent extends EventBody {
  readonly type: 'ObjectEvent';
  readonly epcList: readonly string[];
}

interface ParentEvent extends EventBody {
  readonly type: 'AggregationEvent' | 'AssociationEvent';
  readonly parentID: string;
  readonly childEPCs: readonly string[];
}

/** Without its name. */
export type EventContent = ObjectEvent | ParentEvent;

/** Named by the hash of its content, so that the same event sent twice is one event. */
export type EpcisEvent = EventContent & { readonly eventID: string };
