// What the key that pays may spend, as the configuration says it, in the ledger's unit.

import type { LedgerConfig } from '../config/schema.js';
import type { SpendingLimits } from '../ledger-sync/anchor/spending.js';

const WEI_PER_GWEI = 1_000_000_000n;

export function spendingLimits(
  ledger: Pick<LedgerConfig, 'maxGasPriceGwei' | 'maxHeaderCostGwei' | 'maxDayCostGwei'>,
): SpendingLimits {
  const { maxGasPriceGwei, maxHeaderCostGwei, maxDayCostGwei } = ledger;
  return {
    perGas: BigInt(maxGasPriceGwei) * WEI_PER_GWEI,
    perHeader: BigInt(maxHeaderCostGwei) * WEI_PER_GWEI,
    perDay: BigInt(maxDayCostGwei) * WEI_PER_GWEI,
  };
}
