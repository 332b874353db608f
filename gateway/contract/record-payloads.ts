// Payloads that carry records of the log: the log itself in both encodings, and the topics beside it, which repeat the words
// of one record and prove nothing.

import * as z from 'zod';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { partSchema } from '../../ledger-sync/sealed/sealed-part.js';
import { findingSeverities } from '../health/finding.js';
import { severities } from '../reviews/alert.js';
import {
  anyObject,
  byteString,
  count,
  gatewayAddress,
  gatewayName,
  hexOf,
  text,
  version,
} from './contract-fields.js';

/** What readableOf makes of a leaf. */
const words = {
  sequence: count('place in the log, from 0; with the gateway it names the record for ever'),
  observedAt: z
    .string()
    .regex(/^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    .meta({ description: 'UTC, by the gateway’s clock when the bytes arrived' }),
  kind: text('such as temperature; kinds that a program does not know appear as kind-N'),
  subject: hexOf(16, 'what it is about: the first half of a SHA-256'),
  name: text('readable name of the subject, while the gateway knows it').exactOptional(),
  value: z.int().meta({ description: 'in the unit; 0 where there is no number' }),
  unit: text('milliC, milliPercent, milliDbm, isOpen (1 or 0) or ms').exactOptional(),
  quality: text('good, or why it is no reading; quality-N if newer than the program'),
  shipment: hexOf(16, 'the shipment that it belongs to').exactOptional(),
};

/** A commit is at most one message; it has 1,024 records at most unless one thing alone makes more. */
const MAX_RECORDS = 8192;
const MAX_RANGE_HASHES = 48;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

const rangeMeaning =
  'complete subtrees of the log before the first record, largest first (RFC 9162); append the leaf hashes, compare the root';

const sealedPart = partSchema.meta({
  description: 'for named recipients only (PROTOCOL.md section 17), where the broker has sealedFor',
});

/** Any message beside the log, for a broker whose operator shall read nothing: the whole text is inside. */
export const sealedMessage = z.looseObject({ version, sealed: sealedPart });

const prunedFrom = count(
  'from there to the first record all was deleted by rule, or lost with a damaged journal, and never comes; not signed',
);

export const logJson = z.looseObject({
  version,
  gateway: gatewayAddress,
  gatewayName,
  firstSequence: count('of the first record'),
  prunedFrom: prunedFrom.exactOptional(),
  records: z
    .array(
      z.looseObject({
        ...words,
        leaf: z.string().regex(BASE64URL).meta({
          description:
            'the record’s canonical bytes (PROTOCOL.md section 1), base64url; all words follow from it',
        }),
      }),
    )
    .min(1)
    .max(MAX_RECORDS)
    .meta({ description: 'consecutive' }),
  rangeBefore: z.array(hexOf(32, 'a hash')).max(MAX_RANGE_HASHES).meta({ description: rangeMeaning }),
  checkpoint: z
    .looseObject({
      size: count('records of the log, these ones included'),
      root: hexOf(32, 'of the tree of that size'),
      timeMs: count('Unix ms at which it was signed'),
      signature: hexOf(64, 'EIP-2098, over the EIP-712 struct of PROTOCOL.md section 4'),
    })
    .meta({ description: 'signed once per commit' }),
  sealed: sealedPart.exactOptional(),
});

/** As cborg decodes it. */
export const logCbor = z.looseObject({
  version,
  gateway: byteString('address of the device key', 20),
  gatewayName,
  firstSequence: count('of the first record'),
  prunedFrom: prunedFrom.exactOptional(),
  leaves: z
    .array(byteString('a record’s canonical bytes'))
    .min(1)
    .max(MAX_RECORDS)
    .meta({ description: 'consecutive' }),
  names: z
    .record(hex(16), z.string())
    .meta({ description: 'readable name by subject in hex, where the gateway knows it' }),
  rangeBefore: z.array(byteString('a hash', 32)).max(MAX_RANGE_HASHES).meta({ description: rangeMeaning }),
  checkpoint: z.looseObject({
    size: count('records of the log, these ones included'),
    root: byteString('of the tree of that size', 32),
    timeMs: count('Unix ms at which it was signed'),
    signature: byteString('EIP-2098', 64),
  }),
  sealed: sealedPart.exactOptional(),
});

const alertId = text('the same for all messages about one alert');

export const sensorReading = z.looseObject({
  version,
  ...words,
  name: text('of the sensor, as in the topic'),
});

export const alert = z.looseObject({
  version,
  ...words,
  alertId,
  detail: anyObject(
    'the record’s detail document; what it holds depends on its `type`, see PROTOCOL.md section 2',
  ),
});

export const alertReview = z.looseObject({
  version,
  ...words,
  alertId,
  type: text('alert-acknowledged, alert-assessed, alert-signed, alert-reminder and others'),
  state: text('open, acknowledged, assessed or closed').exactOptional(),
  severity: text('how grave it is').exactOptional(),
  level: count('of a reminder').exactOptional(),
  isEscalated: z.boolean().exactOptional(),
  meaning: text('of a signature').exactOptional(),
  result: text('of an assessment').exactOptional(),
});

export const openAlerts = z.looseObject({
  version,
  open: count('alerts that wait for people'),
  ongoing: count('those whose cause goes on'),
  severity: z.enum(severities).nullable().meta({ description: 'of the gravest; null if none is open' }),
});

const finding = z.looseObject({
  id: text('names the matter: the same one keeps it'),
  severity: z.enum(findingSeverities).meta({
    description:
      'critical: readings are lost, or soon; warning: something is not done, the log keeps it; notice: at the next stop',
  }),
  sinceMs: count('Unix ms, when it began or was first seen'),
  what: text('what is wrong, for a person'),
  whatToDo: text('what mends it'),
});

export const health = z.looseObject({
  version,
  state: z.enum(['ok', 'degraded', 'failing']).meta({ description: 'by the gravest finding' }),
  counts: z
    .looseObject({
      notice: count('findings of that severity'),
      warning: count('findings of that severity'),
      critical: count('findings of that severity'),
    })
    .meta({ description: 'how much is wrong with the gateway itself; goods have alerts' }),
  findings: z
    .array(finding)
    .exactOptional()
    .meta({ description: 'the gravest first; absent where messages are sealed' }),
});

export const status = z.looseObject({
  version,
  online: z.boolean().meta({ description: 'false is the last will, or an orderly end' }),
  gateway: gatewayAddress,
  gatewayName,
});
