// Whose life in which bands a shipment counts: each lot by its own bands, else by the profile's; with the debits that
// other gateways have carried to it.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import type { BudgetPlan } from '../excursions/budget-watch.js';
import { KITS } from '../excursions/kit-use.js';
import { checkLedger, type LedgerEntry } from '../excursions/stability-ledger.js';
import type { ProductLedger } from '../excursions/told-budgets.js';
import { ledgerKeyPrefix } from '../excursions/watched-probe.js';
import type { StateView } from '../requests/request.js';
import type { Shipment } from './shipment.js';

type Counted = Pick<Shipment, 'id' | 'products' | 'stabilityLedger'> &
  Partial<Pick<Shipment, 'kits' | 'history'>> & { readonly profile: AlarmProfile };

/** The budgets of a shipment; none where nobody has stated bands. */
export function shipmentBudgets(shipment: Counted): BudgetPlan[] {
  return [...productBudgets(shipment), ...kitBudget(shipment)];
}

function productBudgets({ id, products, profile, stabilityLedger }: Counted): BudgetPlan[] {
  const lots =
    products.length === 0
      ? [{ product: id, bands: profile.stability }]
      : products.map(({ gtin, lot, bands }) => ({
          product: `${gtin}:${lot}`,
          bands: bands ?? profile.stability,
        }));
  // Their shape is looked at where they are added up.
  const carried = stabilityLedger as unknown as readonly LedgerEntry[];
  return lots
    .filter(({ bands }) => bands.length > 0)
    .map(({ product, bands }) => ({
      product,
      bands,
      carried: carried.filter((entry) => entry.product === product),
    }));
}

/** From the arming on: until the first reading nobody knows how the kits are. */
function kitBudget({ id, kits, history = [] }: Counted): BudgetPlan[] {
  const [band] = kits?.bands ?? [];
  const armed = history.find(({ state }) => state === 'armed');
  if (!kits || !band || !armed) return [];
  const at = { observedAtMs: armed.atMs, uptimeMs: 0, bootCount: 0 };
  const beginning: LedgerEntry = {
    ...{ type: 'stability-debit', product: KITS, shipment: id, gateway: '', sensor: '', number: 1 },
    ...{ band: band.id, bandFromMilliC: band.fromMilliC, bandToMilliC: band.toMilliC },
    ...{ allowanceMs: band.allowanceMs, from: at, to: at, debitMs: 0, previousTotalMs: 0, totalMs: 0 },
    ...{ unknownMs: 0, beyondMs: 0 },
  };
  return [{ product: KITS, bands: kits.bands, carried: [beginning], isStrict: true }];
}

/** What is wrong with what was carried to a shipment; undefined: nothing. */
export function ledgerProblem(
  shipment: Counted,
): { readonly code: string; readonly reason: string; readonly hint: string } | undefined {
  const plans = shipmentBudgets(shipment);
  const known = new Set(plans.map(({ product }) => product));
  const stranger = shipment.stabilityLedger.find(({ product }) => !known.has(String(product)));
  if (stranger) {
    const reason = `a debit is of ${String(stranger.product)}, which is no product of the shipment with bands`;
    return { code: 'LEDGER_OTHER_PRODUCT', reason, hint: 'name the products with their GTIN, lot and bands' };
  }
  for (const { product, bands, carried } of plans) {
    const check = checkLedger(product, bands, carried);
    if (!check.ok) return { code: `LEDGER_${check.code}`, reason: check.reason, hint: check.hint };
  }
  return undefined;
}

/**
 * What the next gateway must take over, for `stabilityLedger` of its order: of each product the debits of the probe
 * that says the worst. Empty until the shipment is delivered.
 */
export function shipmentLedger(state: StateView, id: string): readonly LedgerEntry[] {
  const worst = new Map<string, ProductLedger>();
  for (const [, text] of state.entries(`${ledgerKeyPrefix}${id}/`)) {
    for (const ledger of JSON.parse(text) as readonly ProductLedger[]) {
      // Kits have a statement of their own.
      if (ledger.product === KITS) continue;
      const before = worst.get(ledger.product);
      if (!before || before.usedPpm < ledger.usedPpm) worst.set(ledger.product, ledger);
    }
  }
  return [...worst.values()].flatMap(({ entries }) => entries);
}
