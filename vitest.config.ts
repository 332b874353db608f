import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/gateway/contract/contract-settlement.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Only ends a test that would hang.
    expect: { poll: { timeout: 20_000 } },
    // Two cores: more workers only make real peers (anvil, Mosquitto, gateways) time out.
    maxWorkers: 2,
  },
});
