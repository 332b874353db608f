// What is ordered: the document of the request `shipment.create`, and, with the profile by its name, the file that a
// person writes. Everything that can be wrong with it alone is found here.

import * as z from 'zod';
import { identifier, says } from '../../config/fields.js';
import { stabilityBands } from './profile-document.js';
import { gtin, list, lot, section, sscc, tag, text } from './shipment-fields.js';
import { readShipmentLabel } from './shipment-label.js';
import { rangeSchema } from './transport-range.js';

const MAX_PROBES = 64;
const MAX_TAGS = 256;
const MAX_PRODUCTS = 64;
/** A request holds 64 kB. */
const MAX_DEBITS = 128;
const MAX_PARTY = 200;
/** Of a label; no carrier holds more. */
const MAX_LABEL = 4096;

const eachOnce = (values: readonly string[]) => new Set(values).size === values.length;

/** Time in bands that a lot has left; without bands of its own the profile's hold. */
const product = section(
  { gtin, lot, bands: stabilityBands.exactOptional() },
  "- { gtin: '09521141123454', lot: LOT-7A }",
);

export const probes = list(
  identifier('probes: [cargo-front]'),
  MAX_PROBES,
  'probes: [cargo-front, cargo-rear]',
)
  .min(1, says('at least one probe', 'probes: [cargo-front]'))
  .refine(eachOnce, says('each probe once', 'probes: [cargo-front, cargo-rear]'));

export const tags = list(tag, MAX_TAGS, "tags: ['106141412345678908']").refine(
  eachOnce,
  says('each tag once', "tags: ['106141412345678908']"),
);

/** What the order (DESADV) says that is to be loaded: one SSCC for each logistic unit. */
export const loadUnits = list(sscc, MAX_TAGS, "loadUnits: ['106141412345678908']").refine(
  eachOnce,
  says('each SSCC once', "loadUnits: ['106141412345678908']"),
);

export const products = list(product, MAX_PRODUCTS, "- { gtin: '09521141123454', lot: LOT-7A }").refine(
  (listed) => eachOnce(listed.map(({ gtin: item, lot: batch }) => `${item} ${batch}`)),
  says('each GTIN and lot once', "- { gtin: '09521141123454', lot: LOT-7A }"),
);

const ledgerExample = 'stabilityLedger: []   # what `coldgate shipment ledger` of the last gateway printed';

/** Debits as other gateways recorded them; what they say is checked where they are added up. */
export const stabilityLedger = list(
  z.record(z.string(), z.json(), says('a stability debit', ledgerExample)),
  MAX_DEBITS,
  ledgerExample,
);

export const shipmentId = identifier('id: SHIP-0001');
export const party = (key: string) => text(MAX_PARTY, `${key}: Example Pharma, Basel`);

function labelText(thisYear: number) {
  const example = 'label: (00)106141412345678908(4331)000800(4333)000200';
  const error = says('the text of a GS1 label, as a scanner sends it', example);
  return z
    .string(error)
    .max(MAX_LABEL, error)
    .superRefine((value, context) => {
      const label = readShipmentLabel(value, thisYear);
      if (label.ok) return;
      const { error: message } = says(`the GS1 label of a logistic unit; refused: ${label.reason}`, example);
      context.addIssue({ code: 'custom', message });
    });
}

/**
 * Schema of an order.
 * @param profile how the profile is told: by its name, or with its content
 * @param thisYear decides the century of dates on labels
 */
export function orderSchema<Profile extends z.core.$ZodType>(profile: Profile, thisYear: number) {
  return section(
    {
      id: shipmentId,
      profile,
      probes,
      tags: tags.prefault([]),
      loadUnits: loadUnits.exactOptional(),
      consignor: party('consignor'),
      consignee: party('consignee'),
      carrier: party('carrier'),
      products: products.prefault([]),
      range: rangeSchema.exactOptional(),
      stabilityLedger: stabilityLedger.prefault([]),
      label: labelText(thisYear).exactOptional(),
    },
    'id: SHIP-0001',
  );
}
