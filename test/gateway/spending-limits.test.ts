// What the payer may spend: gwei in the configuration, wei on the ledger.

import { expect, test } from 'vitest';
import { spendingLimits } from '../../gateway/spending-limits.js';

test('each limit of the configuration is its own, a thousand million times as many wei', () => {
  const limits = spendingLimits({ maxGasPriceGwei: 2, maxHeaderCostGwei: 3, maxDayCostGwei: 1_000_000_000 });
  expect(limits).toEqual({ perGas: 2_000_000_000n, perHeader: 3_000_000_000n, perDay: 10n ** 18n });
});
