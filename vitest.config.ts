import { defineConfig } from 'vitest/config';

/** Parts that keep nothing in their modules: a process loads them once for all files, which is 40 % less work than once for each. */
const parts = ['config', 'firmware-bridge', 'ledger-sync'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    setupFiles: ['test/gateway/contract/contract-settlement.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Only ends a test that would hang.
    expect: { poll: { timeout: 20_000 } },
    // Two cores: more workers only make real peers (anvil, Mosquitto, gateways) time out.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'parts', include: parts, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: parts } },
    ],
  },
});
